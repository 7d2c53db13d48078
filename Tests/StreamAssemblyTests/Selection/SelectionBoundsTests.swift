import Testing

@testable import StreamAssembly

/// What a client asked for, within what it may see.
@Suite struct SelectionBoundsTests {
    private static func globs(_ patterns: [String]) -> [Glob] { patterns.compactMap { Glob($0) } }

    private static func bounds(_ hosts: [String], _ probes: [String] = [], details: Bool = true) -> SelectionBounds {
        SelectionBounds(hosts: globs(hosts), probes: globs(probes), details: details)
    }

    private static let names = [("web-1", "top"), ("web-2", "netstat"), ("db-1", "top"), ("", ""), ("Web-1", "top")]

    /// Each list of patterns that is asked for, within each list that is allowed.
    @Test(
        arguments: [[], ["*"], ["web-*"], ["web-1"], ["db-1", "web-2"], ["?b-1"]], [[], ["web-*"], ["db-?"], ["none"]])
    func `a name is wanted if both want it`(asked: [String], allowed: [String]) throws {
        let free = Selection(hosts: Self.globs(asked), probes: [])
        let bounds = Self.bounds(allowed)
        let bound = try #require(free.within(bounds))
        for selection in [bound, bound.remembering(in: MatchTable()), bound.with(depth: 1)] {
            for (host, probe) in Self.names {
                let expected = free.matches(host: host, probe: probe) && bounds.allow(host: host, probe: probe)
                #expect(selection.matches(host: host, probe: probe) == expected, "\(host) \(probe)")
            }
        }
    }

    @Test func `hosts and probes have to be allowed both`() throws {
        let selection = try #require(Selection.all.within(Self.bounds(["web-*"], ["top"])))
        let wanted = Self.names.filter { selection.matches(host: $0.0, probe: $0.1) }.map { "\($0.0) \($0.1)" }
        #expect(wanted == ["web-1 top"])
    }

    @Test func `what was remembered without bounds does not count within them`() throws {
        let free = Selection(hosts: Self.globs(["*"]), probes: []).remembering(in: MatchTable())
        #expect(free.matches(host: "db-1", probe: "top"))
        let bound = try #require(free.within(Self.bounds(["web-*"])))
        #expect(!bound.matches(host: "db-1", probe: "top"))
    }

    @Test func `clients share bytes only within the same bounds`() throws {
        let one = try #require(Selection.all.within(Self.bounds(["web-*", "db-*"])))
        let same = try #require(Selection.all.within(Self.bounds(["db-*", "web-*"])))
        #expect(one == same && one.hashValue == same.hashValue)
        #expect(one != .all)
        #expect(one != Selection.all.within(Self.bounds(["web-*"])))
        #expect(one != Selection.all.within(Self.bounds(["db-*", "web-*"], details: false)))
        #expect(one.with(depth: 3).with(depth: 100) == one)
    }

    @Test(
        arguments: [
            (.whole, true, .whole), (.figures, true, .figures), (.details, true, .details),
            (.whole, false, .figures), (.figures, false, .figures), (.details, false, nil),
        ] as [(SamplePart, Bool, SamplePart?)])
    func `details are seen by those who may`(asked: SamplePart, details: Bool, seen: SamplePart?) {
        let selection = Selection(hosts: [], probes: [], part: asked)
        #expect(selection.within(Self.bounds([], details: details))?.part == seen)
    }

    /// The client pays for work, and would learn from its budget that there is a name that begins so.
    @Test func `a pattern is not compared with a name beyond the bounds`() throws {
        let asked = Selection(hosts: Self.globs(["*secret-database-of-the-board*"]), probes: [])
        let bound = try #require(asked.within(Self.bounds(["web-*"]))).remembering(in: MatchTable())
        #expect(!bound.matches(host: "the-secret-database-of-the-board", probe: "top"))
        #expect(bound.takeWork() == 0)
        #expect(!bound.matches(host: "web-1", probe: "top"))
        #expect(bound.takeWork() > 0)
    }
}
