import Foundation
import JSONBytes
import Testing

@Suite struct JSONValueTests {
    private static let value: JSONValue = [
        "text": "é\"\n", "whole": 42, "part": -0.5, "yes": true, "none": .null, "list": [1, [], ["a": "b"]],
        "text 2": "\(1 + 1)",
    ]

    @Test func `a literal is the value that its text parses to`() throws {
        let text = #"""
            {"text":"é\"\n","whole":42,"part":-0.5,"yes":true,"none":null,"list":[1,[],{"a":"b"}],"text 2":"2"}
            """#
        #expect(try JSONValue(parsing: Array(text.utf8)) == Self.value)
        #expect(Self.value["list"]?[2]?["a"] == "b" && Self.value["list"]?[3] == nil && Self.value[0] == nil)
    }

    @Test func `a value comes back from encoders as it was`() throws {
        let data = try JSONEncoder().encode(Self.value)
        #expect(try JSONDecoder().decode(JSONValue.self, from: data) == Self.value)
        #expect(try JSONValue(parsing: Array(Self.value.description.utf8)) == Self.value)
        #expect(String(decoding: try JSONEncoder().encode([1, 0.5] as JSONValue), as: UTF8.self) == "[1,0.5]")
    }

    @Test(arguments: ["null", "true", "0", "-1.5", "1e300", #""""#, "[]", "{}", "[null]", #"{"":{}}"#])
    func `a decoder's value is the parser's`(_ text: String) throws {
        let parsed = try JSONValue(parsing: Array(text.utf8))
        #expect(try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) == parsed)
        #expect(parsed.description.isEmpty == false)
    }
}
