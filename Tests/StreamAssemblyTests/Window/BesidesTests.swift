import Testing

@testable import StreamAssembly

/// What is known of keys besides their samples takes memory, and counts for their hosts.
@Suite struct BesidesTests {
    /// Members of one `id` and time: all but one do not count.
    private static func same(_ count: Int, of key: String) -> Change {
        .added(key: key, rows: (0..<count).map { .make("x", t: 100, more: #","n":\#($0)"#) })
    }

    private static func configuration(bytes: Int) throws -> StreamAssembler.Configuration {
        let standard = WindowLimits.standard
        return .make(
            try WindowLimits(
                samples: standard.samples, bytes: bytes, ageMs: standard.ageMs, perKey: standard.perKey))
    }

    @Test func `members whose id another has count for their key, until they go`() throws {
        var state = AssemblerState(configuration: try Self.configuration(bytes: 1 << 30))
        _ = state.apply([Self.same(1, of: "sa:{a}:top")], now: 200)
        let one = state.statistics.bytes
        _ = state.apply([Self.same(600, of: "sa:{a}:top")], now: 200)
        #expect(state.statistics.samples == 1)
        #expect(state.statistics.bytes > one + 599 * 120)
        #expect(state.window.brokenInvariant(now: 200) == nil)
        _ = state.apply([.gone(key: "sa:{a}:top")], now: 200)
        #expect(state.statistics.bytes == 0)
        // Ordinary keys cost nothing more.
        let rows = (0..<600).map { Row.make("s\($0)", t: Double($0)) }
        _ = state.apply([.added(key: "sa:{a}:top", rows: rows)], now: 600)
        _ = state.apply([.removed(key: "sa:{a}:top", rows: rows.prefix(300).map(\.id))], now: 600)
        #expect(state.window.contents.allSatisfy { $0.besides == 0 })
    }

    @Test func `a host that writes such members loses its own samples, and they are forgotten`() throws {
        let limit = 1 << 20
        var state = AssemblerState(configuration: try Self.configuration(bytes: limit))
        _ = state.apply([.added(key: "sa:{good}:top", rows: [.make("x", t: 1)])], now: 200)
        for key in 0..<300 {
            _ = state.apply([Self.same(600, of: "sa:{evil}:k\(key)")], now: 200)
            #expect(state.statistics.bytes <= limit)
        }
        #expect(state.window["sa:{good}:top", "x"] != nil)
        #expect((5...20).contains(state.statistics.keys))
        #expect(state.shadowedMembers < 6 * ShadowedMembers.mostOfKey)
        #expect(state.window.brokenInvariant(now: 200) == nil)
    }

    @Test func `names of keys count`() throws {
        var (short, long) = (SampleWindow(limits: .standard), SampleWindow(limits: .standard))
        _ = short.insert(.make("x", t: 1, key: "sa:{a}:t"), now: 1)
        _ = long.insert(.make("x", t: 1, key: "sa:{a}:t" + String(repeating: "n", count: 500)), now: 1)
        #expect(long.byteCount == short.byteCount + 1000)
        long.removeKey("sa:{a}:t" + String(repeating: "n", count: 500))
        #expect(long.byteCount == 0)
    }
}
