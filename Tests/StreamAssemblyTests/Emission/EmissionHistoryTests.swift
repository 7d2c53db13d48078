import JSONBytes
import Testing

@testable import StreamAssembly

struct EmissionHistoryTests {
    /// Emissions 1 to `count`, one sample each.
    private static func history(
        _ count: Int, maxSamples: Int = 1_000, maxBytes: Int = 1 << 20, time: (Int) -> Double = { _ in 0 }
    ) -> EmissionHistory {
        var history = EmissionHistory(maxSamples: maxSamples, maxBytes: maxBytes, maxAgeMs: 1_000)
        var state = AssemblerState(configuration: .make(.standard))
        for number in 1...count {
            let change = Change.added(key: "sa:{a}:top", rows: [.make("\(number)", t: Double(number))])
            for emission in state.apply([change], now: 0) { history.append(emission, now: time(number)) }
        }
        return history
    }

    @Test func `what followed is given in order, nothing after the last, nil for what is to come`() {
        let history = Self.history(200)
        for seq in 0...200 {
            #expect(history.emissions(after: UInt64(seq))?.map(\.seq) == (seq..<200).map { UInt64($0 + 1) })
        }
        #expect(history.emissions(after: 201) == nil)
        #expect(history.emissions(after: .max) == nil)
    }

    @Test func `it is bounded by samples, and what is not whole is not given`() {
        let history = Self.history(500, maxSamples: 3)
        #expect(history.samples == 3)
        #expect(history.emissions(after: 496) == nil)
        #expect(history.emissions(after: 497)?.map(\.seq) == [498, 499, 500])
    }

    @Test func `it is bounded by bytes`() {
        let one = Self.history(1).bytes
        let history = Self.history(9, maxBytes: 4 * one)
        #expect((history.samples, history.bytes) == (4, 4 * one))
    }

    @Test func `it is bounded by age`() {
        let history = Self.history(5) { Double($0) * 400 }
        #expect(history.emissions(after: 1) == nil)
        #expect(history.emissions(after: 2)?.map(\.seq) == [3, 4, 5])
    }

    @Test func `an empty one knows that nothing followed its start`() {
        let history = EmissionHistory(maxSamples: 1, maxBytes: 1, maxAgeMs: 1, seq: 7)
        #expect(history.emissions(after: 7) == [])
        #expect(history.emissions(after: 6) == nil)
        #expect(history.emissions(after: 8) == nil)
    }

    @Test(arguments: [
        #"{"epoch":"e","seq":3}"#, #"{"epoch":"e","seq":0,"t":1}"#, #"{"epoch":"","seq":9007199254740991}"#,
    ])
    func `a position is read`(_ text: String) throws {
        #expect(throws: Never.self) { try StreamPosition(try JSONValue(parsing: Array(text.utf8))) }
    }

    @Test(arguments: [
        ("3", "epoch"), ("{}", "epoch"), (#"{"epoch":1,"seq":1}"#, "epoch"), (#"{"epoch":"e"}"#, "seq"),
        (#"{"epoch":"e","seq":-1}"#, "seq"), (#"{"epoch":"e","seq":1.5}"#, "seq"),
        (#"{"epoch":"e","seq":9007199254740992}"#, "seq"), (#"{"epoch":"e","seq":"1"}"#, "seq"),
    ])
    func `a position that makes no sense is refused with the field's name`(_ text: String, _ field: String) throws {
        let value = try JSONValue(parsing: Array(text.utf8))
        let error = #expect(throws: StreamPosition.Invalid.self) { try StreamPosition(value) }
        #expect(try #require(error).description.hasPrefix("\(field): "))
    }
}
