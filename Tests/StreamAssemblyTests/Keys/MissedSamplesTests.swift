import JSONBytes
import Testing

@testable import StreamAssembly

/// What a client has missed is measured before anything of it is read.
@Suite struct MissedSamplesTests {
    private static let hosts = ["a", "b", "c"]

    /// Of each host 40 samples of 400 bytes, most of them sealed.
    private func state() -> AssemblerState {
        var configuration = StreamAssembler.Configuration.make()
        configuration.sealing = .make()
        var state = AssemblerState(configuration: configuration)
        for host in Self.hosts {
            let more = #","details":["p"],"p":"\#(String(repeating: "x", count: 300))","n":"\#(host)""#
            let rows = (1...40).map { Row.make("\(host)\($0)", t: Double($0), more: more) }
            _ = state.apply([.added(key: "sa:{\(host)}:top", rows: rows)], now: 0)
        }
        return state
    }

    @Test(arguments: [0, 1, 5_000, 40_000]) func `what would be too long opens no frame`(_ maxBytes: Int) {
        var state = state()
        let opened = state.statistics.frames.opened
        #expect(state.missed(since: [:], .all, now: 0, maxBytes: maxBytes) == nil)
        #expect(state.statistics.frames.opened == opened)
    }

    @Test(arguments: [SamplePart.whole, .figures]) func `the event is as long as was told before, at most`(
        _ part: SamplePart
    ) throws {
        var state = state()
        let selection = Selection(hosts: [], probes: [], part: part)
        let opened = state.statistics.frames.opened
        let looked = state.missed(since: [:], selection, now: 0, maxBytes: .max)
        let missed = try #require(looked)
        #expect(state.statistics.frames.opened == opened)

        let (samples, marks) = state.read(missed)
        #expect(samples.map(\.id) == Self.hosts.flatMap { host in (1...40).map { "\(host)\($0)" } })
        #expect(state.statistics.frames.opened > opened)
        var writer = JSONWriter()
        marks.encode(to: &writer)
        let length = SampleList.encode(samples, part).count + SampleNotes(samples).members.count + writer.bytes.count
        #expect(length <= missed.byteCount)
        #expect(missed.byteCount < 2 * length)
        #expect(state.missed(since: [:], selection, now: 0, maxBytes: missed.byteCount) != nil)
        #expect(state.missed(since: [:], selection, now: 0, maxBytes: missed.byteCount - 1) == nil)
    }

    @Test func `who has a mark of a key misses what is newer`() throws {
        var state = state()
        let marks = state.marks(.all).known
        _ = state.apply([.added(key: "sa:{b}:top", rows: [.make("b41", t: 41)])], now: 0)
        let looked = state.missed(since: marks, .all, now: 0, maxBytes: 1000)
        let missed = try #require(looked)
        let (samples, told) = state.read(missed)
        #expect(samples.map(\.id) == ["b41"])
        #expect(told.known.keys.map { $0 } == ["sa:{b}:top"])
    }

    @Test func `marks that would be longer than they may be are none`() throws {
        let state = state()
        let marks = state.marks(.all)
        #expect(state.marks(.all, maxBytes: marks.byteCount) == marks)
        #expect(state.marks(.all, maxBytes: marks.byteCount - 1) == nil)
        var writer = JSONWriter()
        marks.encode(to: &writer)
        #expect(writer.bytes.count <= marks.byteCount)
    }

    @Test func `a list of keys is cut where it would be too long, and says so`() throws {
        let keys = state().keys(.all)
        let whole = KeySummary.encode(keys)
        #expect(KeySummary.encode(keys, maxBytes: whole.count) == whole)
        for (text, isWhole) in [
            (KeySummary.encode(keys, maxBytes: 50), false), (KeySummary.encodeNames(keys, maxBytes: 25), false),
            (KeySummary.encodeNames(keys), true),
        ] {
            let value = try JSONValue(parsing: text)
            #expect(value["keys"]?.array?.count == (isWhole ? 3 : 1))
            #expect(value["cut"] == (isWhole ? nil : .bool(true)))
        }
    }
}
