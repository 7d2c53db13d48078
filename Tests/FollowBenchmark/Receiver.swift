import JSONBytes
import NIOConcurrencyHelpers

/// Counts the samples that arrive and notes when.
final class Receiver: Sendable {
    private struct State {
        var arrivals: [ContinuousClock.Instant?]
        var distinct = 0
        var doubled = 0
        var isConnected = false
    }

    private let state: NIOLockedValueBox<State>

    init(expecting samples: Int) {
        state = NIOLockedValueBox(State(arrivals: Array(repeating: nil, count: samples)))
    }

    /// A Socket.IO packet in its Engine.IO frame: `42["dUpdates",[sample…],meta]`.
    func receivedFrame(_ text: String) {
        let now = ContinuousClock.now
        guard text.hasPrefix("42") else { return }
        let packet = Array(text.utf8.dropFirst(2))
        guard let parts = try? JSONScanner.elements(ofArray: packet), parts.count > 1 else { return }
        switch String(decoding: packet[parts[0]], as: UTF8.self) {
        case #""updates""#:
            state.withLockedValue { $0.isConnected = true }
        case #""dUpdates""#:
            let list = packet[parts[1]]
            guard let samples = try? JSONScanner.elements(ofArray: list) else { return }
            for range in samples {
                count(list.dropFirst(range.lowerBound).prefix(range.count), at: now)
            }
        default:
            break
        }
    }

    /// A sample by itself.
    func received(_ sample: [UInt8]) {
        count(sample[...], at: .now)
    }

    /// Waits until the server has sent its first snapshot.
    func untilConnected() async throws {
        while !state.withLockedValue({ $0.isConnected }) { try await Task.sleep(for: .milliseconds(5)) }
    }

    /// Waits until every sample has come, or none has for 5 s, and gives the result.
    func row(_ way: Way, _ pace: Pace, sent: [ContinuousClock.Instant]) async throws -> Row {
        var last = (count: -1, at: ContinuousClock.now)
        while true {
            let (count, wanted) = state.withLockedValue { ($0.distinct, $0.arrivals.count) }
            if count != last.count { last = (count, .now) }
            if count == wanted || .now - last.at > .seconds(5) { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        let (arrivals, doubled) = state.withLockedValue { ($0.arrivals, $0.doubled) }
        return Row(way: way, pace: pace, sent: sent, arrivals: arrivals, doubled: doubled)
    }

    private func count(_ sample: ArraySlice<UInt8>, at now: ContinuousClock.Instant) {
        // "id":"HOST:top:0:NUMBER" stands first.
        guard let end = sample.dropFirst(7).firstIndex(of: UInt8(ascii: "\"")) else { return }
        let id = sample[..<end]
        guard let colon = id.lastIndex(of: UInt8(ascii: ":")),
            let number = Int(String(decoding: id[(colon + 1)...], as: UTF8.self))
        else { return }
        state.withLockedValue { state in
            guard state.arrivals.indices.contains(number) else { return }
            if state.arrivals[number] == nil {
                state.arrivals[number] = now
                state.distinct += 1
            } else {
                state.doubled += 1
            }
        }
    }
}
