import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// The places for large answers: a limit for all, and one for each address.
///
/// A reader that takes a little now and then is not cut while nobody else wants its place. Else a few of them, from a few
/// addresses, would keep everybody out for as long as they liked.
final class AnswerPlaces: Sendable {
    typealias Instant = ContinuousClock.Instant

    private struct Holder {
        let group: AddressGroup
        /// Closes its connection.
        let cut: @Sendable () -> Void
        /// Since when it has waited for its reader to take a piece; nil while it has no piece for him.
        var waitsSince: Instant?

        func isSlow(_ now: Instant) -> Bool { waitsSince.map { now - $0 >= patience } ?? false }
    }

    private struct State {
        var holders: [Int: Holder] = [:]
        var next = 0
    }

    private static let all = 6
    private static let each = 2
    /// So long a reader may take over a piece of an answer when others wait.
    private static let patience = Duration.seconds(20)

    private let state = Mutex(State())

    /// A place that is free, or that of the reader who has taken longest over a piece, which is cut then; nil where there
    /// is neither.
    ///
    /// - Parameter cut: closes the connection of who gets the place.
    func take(_ group: AddressGroup, now: Instant, cut: @escaping @Sendable () -> Void) -> Place? {
        let (place, slow) = state.withLock { state -> (Place?, Holder?) in
            let own = state.holders.filter { $0.value.group == group }
            let isFull = own.count >= Self.each
            guard isFull || state.holders.count >= Self.all else { return (enter(group, cut, &state), nil) }
            let slow = (isFull ? own : state.holders).filter { $0.value.isSlow(now) }
                .min { ($0.value.waitsSince ?? now) < ($1.value.waitsSince ?? now) }
            guard let slow else { return (nil, nil) }
            state.holders[slow.key] = nil
            return (enter(group, cut, &state), slow.value)
        }
        slow?.cut()
        return place
    }

    private func enter(_ group: AddressGroup, _ cut: @escaping @Sendable () -> Void, _ state: inout State) -> Place {
        defer { state.next += 1 }
        state.holders[state.next] = Holder(group: group, cut: cut)
        return Place(self, state.next)
    }

    /// One place. It is free again when it is left, or released with an answer that is never written.
    final class Place: Sendable {
        private let places: AnswerPlaces
        private let number: Int

        fileprivate init(_ places: AnswerPlaces, _ number: Int) {
            self.places = places
            self.number = number
        }

        deinit { leave() }

        func leave() { places.state.withLock { $0.holders[number] = nil } }

        /// - Parameter since: since when the answer has waited for its reader; nil if it does not.
        func waits(since: Instant?) { places.state.withLock { $0.holders[number]?.waitsSince = since } }
    }
}

/// Writes an answer, and says at its place when it waits for its reader.
struct PlacedWriter: ResponseBodyWriter {
    private var writer: any ResponseBodyWriter
    private let place: AnswerPlaces.Place

    init(_ writer: any ResponseBodyWriter, _ place: AnswerPlaces.Place) { (self.writer, self.place) = (writer, place) }

    @concurrent mutating func write(_ buffer: ByteBuffer) async throws {
        place.waits(since: .now)
        defer { place.waits(since: nil) }
        try await writer.write(buffer)
    }

    @concurrent consuming func finish(_ trailingHeaders: HTTPFields?) async throws {
        try await writer.finish(trailingHeaders)
    }
}
