import Testing

@testable import StreamAssembly

/// Rejected members: counted by reason, reported at most once a minute, key and reason, never a hindrance.
@Suite struct RejectionTests {
    @Test func `each reason is counted and nothing of it is emitted`() throws {
        var configuration = StreamAssembler.Configuration.make()
        configuration.maxMemberBytes = 400
        var state = AssemblerState(configuration: configuration)
        let long = String(repeating: "a", count: 257)
        let rows: [Row] = [
            .raw("[1]", t: 1), .raw("{}", t: 1), .make(long, t: 1),
            .make("big", t: 1, more: #","x":"\#(long)\#(long)""#),
            .make("inf", t: 1).at(.infinity), .make("far", t: 300_001), .make("near", t: 300_000), .raw("oops", t: 1),
        ]
        let emissions = state.apply([.added(key: "sa:{a}:top", rows: rows)], now: 0)
        #expect(emissions.map(\.sampleIDs) == [["near"]])
        #expect(
            state.statistics.rejected == [
                .notJSONObject: 2, .missingID: 1, .idTooLong: 1, .tooLarge: 1, .scoreNotFinite: 1, .tooFarInFuture: 1,
            ])
        #expect((state.statistics.received, state.statistics.emitted) == (8, 1))
    }

    @Test func `one report a minute, key and reason, with the first 80 bytes escaped`() throws {
        var state = AssemblerState(configuration: .make())
        func apply(_ key: String, at now: Double) -> [RejectionReport] {
            let bytes = [0x00, 0xff, 0x5c, 0x0a] + Array(String(repeating: "x", count: 200).utf8)
            _ = state.apply([.added(key: key, rows: [.raw(bytes, t: now), .raw("[]", t: now)])], now: now)
            return state.takeRejectionReports()
        }
        let first = apply("sa:{a}:top", at: 0)
        #expect(first.map(\.reason) == [.notJSONObject])
        #expect(first.first?.excerpt == #"\x00\xff\x5c\x0a"# + String(repeating: "x", count: 76))
        #expect(apply("sa:{a}:top", at: 59_999).isEmpty)
        #expect(apply("sa:{b}:top", at: 59_999).count == 1)
        #expect(apply("sa:{a}:top", at: 60_000).count == 1)
        #expect(apply("sa:{a}:top", at: 60_001).isEmpty)
        #expect(state.takeRejectionReports().isEmpty)
        #expect(state.statistics.rejected[.notJSONObject] == 10)
    }

    @Test func `what is wrong for a second reason is told too`() {
        var log = RejectionLog()
        let key = StreamKey("sa:{a}:top", prefix: "sa")
        func add(_ reason: SampleRejection, at now: Double) { log.add(reason, key: key, member: [], now: now) }
        add(.scoreNotFinite, at: 0)
        add(.tooFarInFuture, at: 1)
        for time in 2..<100 { add(time.isMultiple(of: 2) ? .tooFarInFuture : .scoreNotFinite, at: Double(time)) }
        #expect(log.takeReports().map(\.reason) == [.scoreNotFinite, .tooFarInFuture])
    }

    @Test func `a flood of keys neither grows the memory nor the log, and leaves others their line`() {
        var log = RejectionLog()
        func add(_ key: String, at now: Double) {
            log.add(.missingID, key: StreamKey(key, prefix: "sa"), member: [], now: now)
        }
        for key in 0..<100_000 { add("sa:{evil}:p\(key)", at: Double(key) / 1000) }
        for key in 0..<100_000 { add("sa:evil\(key)", at: 100) }
        #expect(log.takeReports().count == 2 * RejectionLog.reportsOfHostAtMost)
        add("sa:{good}:top", at: 101)
        #expect(log.takeReports().map(\.key) == ["sa:{good}:top"])
        #expect(log.rememberedKinds <= 2 * RejectionLog.reportsOfHostAtMost + 1)
        // The minute is over.
        for key in 0..<100 { add("sa:{evil}:again\(key)", at: 60_101) }
        #expect(log.takeReports().count == RejectionLog.reportsOfHostAtMost)
    }

    @Test func `a flood of hosts is bounded as well`() {
        var log = RejectionLog()
        for host in 0..<100_000 {
            log.add(.missingID, key: StreamKey("sa:{h\(host)}:top", prefix: "sa"), member: [], now: Double(host) / 1000)
        }
        #expect(log.rememberedKinds <= 1024)
        #expect((1...1024).contains(log.takeReports().count))
    }
}

extension Emission {
    /// The ids of its samples, if it has any.
    var sampleIDs: [String]? {
        guard case .samples(let samples) = kind else { return nil }
        return samples.map(\.id)
    }
}
