import JSONBytes
import NIOConcurrencyHelpers

/// Counts the samples that arrive and notes when.
final class Receiver: Sendable {
    struct Arrivals: Sendable {
        /// By number; nil where a sample has not come.
        fileprivate(set) var times: [ContinuousClock.Instant?]
        /// `meta.seq` of the frame that brought it, by number; 0 where that is not known.
        fileprivate(set) var seqs: [UInt64]
        fileprivate(set) var distinct = 0
        fileprivate(set) var doubled = 0
        fileprivate(set) var snapshots = 0
    }

    private let state: NIOLockedValueBox<Arrivals>

    init(expecting samples: Int) {
        state = NIOLockedValueBox(
            Arrivals(times: Array(repeating: nil, count: samples), seqs: Array(repeating: 0, count: samples)))
    }

    var arrivals: Arrivals { state.withLockedValue(\.self) }

    /// A Socket.IO packet in its Engine.IO frame: `42["dUpdates",[sample…],meta]`.
    func receivedFrame(_ text: String) {
        let now = ContinuousClock.now
        guard text.hasPrefix("42") else { return }
        let packet = Array(text.utf8.dropFirst(2))
        guard let parts = try? JSONScanner.elements(ofArray: packet), parts.count > 1 else { return }
        switch String(decoding: packet[parts[0]], as: UTF8.self) {
        case #""updates""#:
            let ids = (try? JSONValue(parsing: packet[parts[1]]))?.object?.keys.map { Array($0.utf8) } ?? []
            state.withLockedValue { state in
                state.snapshots += 1
                for id in ids { state.count(id[...], at: now, isSnapshot: true) }
            }
        case #""dUpdates""#:
            let list = packet[parts[1]]
            guard let samples = try? JSONScanner.elements(ofArray: list) else { return }
            let seq = Self.seq(packet[parts[parts.count - 1]])
            state.withLockedValue { state in
                for range in samples {
                    state.count(Self.id(list.dropFirst(range.lowerBound).prefix(range.count)), at: now, seq: seq)
                }
            }
        default:
            break
        }
    }

    /// A sample by itself.
    func received(_ sample: [UInt8]) {
        state.withLockedValue { $0.count(Self.id(sample[...]), at: .now) }
    }

    /// Waits until the server has sent its first snapshot.
    func untilConnected() async throws {
        while state.withLockedValue({ $0.snapshots == 0 }) { try await Task.sleep(for: .milliseconds(5)) }
    }

    /// Waits until every sample has come, or none has for 5 s.
    func untilQuiet() async throws -> Arrivals {
        var last = (count: -1, at: ContinuousClock.now)
        while true {
            let (count, wanted) = state.withLockedValue { ($0.distinct, $0.times.count) }
            if count != last.count { last = (count, .now) }
            if count == wanted || .now - last.at > .seconds(5) { return arrivals }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// `{…"seq":NUMBER…`; 0 where there is none.
    private static func seq(_ meta: ArraySlice<UInt8>) -> UInt64 {
        let name = Array(#""seq":"#.utf8)
        guard let start = meta.indices.first(where: { meta[$0...].starts(with: name) }) else { return 0 }
        let digits = meta[(start + name.count)...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return digits.reduce(0) { $0 &* 10 &+ UInt64($1 - UInt8(ascii: "0")) }
    }

    /// `{"id":"ID"…`: it stands first.
    private static func id(_ sample: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        sample.dropFirst(7).prefix { $0 != UInt8(ascii: "\"") }
    }
}

extension Receiver.Arrivals {
    /// - Parameter id: `HOST:top:0:NUMBER`.
    fileprivate mutating func count(
        _ id: ArraySlice<UInt8>, at now: ContinuousClock.Instant, seq: UInt64 = 0, isSnapshot: Bool = false
    ) {
        guard let colon = id.lastIndex(of: UInt8(ascii: ":")),
            let number = Int(String(decoding: id[(colon + 1)...], as: UTF8.self)), times.indices.contains(number)
        else { return }
        if times[number] == nil {
            times[number] = now
            seqs[number] = seq
            distinct += 1
        } else if !isSnapshot {
            doubled += 1
        }
    }
}
