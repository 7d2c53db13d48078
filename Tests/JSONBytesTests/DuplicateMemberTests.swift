import JSONBytes
import TestSupport
import Testing

/// Names that stand twice in one object, beside what a set of texts says.
@Suite struct DuplicateMemberTests {
    private func isRefused(_ text: String) throws -> Bool {
        do throws(JSONError) {
            _ = try JSONScanner.topLevelValues(Array(text.utf8), keys: [], refusesDoubles: true)
            return false
        } catch {
            guard case .duplicateMember = error else { throw error }
            return true
        }
    }

    @Test(arguments: 1...40) func `each pair of places is found, and nothing else`(count: Int) throws {
        let names = (0..<count).map { "name\($0)" }
        func object(_ names: [String]) -> String { "{" + names.map { "\"\($0)\":0" }.joined(separator: ",") + "}" }
        #expect(try !isRefused(object(names)))
        for (place, name) in names.enumerated() {
            #expect(try isRefused(object(names + [name])))
            // The same with an escape in the one or in the other.
            let escaped = name.replacing("n", with: #"\u006e"#)
            #expect(try isRefused(object(names + [escaped])))
            var others = names
            others[place] = escaped
            #expect(try !isRefused(object(others)))
            #expect(try isRefused(object(others + [name])))
            #expect(try isRefused(object(others + [escaped])))
        }
    }

    @Test func `members are told in their order, each by its name and its value`() throws {
        let text = #" { "a":1, "\u0062" : [2, {"c":3}],"id":"x" } "#
        let (values, members) = try JSONScanner.topLevelMembers(Array(text.utf8), keys: ["id", "b", "c"])
        let bytes = Array(text.utf8)
        func part(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        #expect(members.map { part($0.name) } == ["a", #"\u0062"#, "id"])
        #expect(members.map { part($0.value) } == ["1", #"[2, {"c":3}]"#, #""x""#])
        #expect(members.map { part($0.text) } == [#""a":1"#, #""\u0062" : [2, {"c":3}]"#, #""id":"x""#])
        #expect(values.map { $0.map(part) } == [#""x""#, #"[2, {"c":3}]"#, nil])
        #expect(throws: JSONError.duplicateMember(offset: 8)) {
            try JSONScanner.topLevelMembers(Array(#"{"a":1,"a":2}"#.utf8), keys: [])
        }
    }

    @Test func `the offset is that of the second, and without the wish the first counts`() throws {
        let text = Array(#"{"a":1,"b":2,"\u0061":3}"#.utf8)
        #expect(throws: JSONError.duplicateMember(offset: 14)) {
            try JSONScanner.topLevelValues(text, keys: ["a"], refusesDoubles: true)
        }
        #expect(try JSONScanner.topLevelValues(text, keys: ["a"]) == [5..<6])
    }

    /// Were it quadratic, a hundred thousand names would take minutes.
    @Test(.timeLimit(.minutes(1)), arguments: ["%", "a%", #"\u0061%"#, "a long beginning that all of them have: %"])
    func `a hundred thousand names are looked at once each`(_ pattern: String) throws {
        let names = (0..<100_000).map { "\"\(pattern.replacing("%", with: "\($0)"))\":0" }.joined(separator: ",")
        #expect(try !isRefused("{\(names)}"))
        #expect(try isRefused("{\(names),\"\(pattern.replacing("%", with: "99999"))\":0}"))
    }
}
