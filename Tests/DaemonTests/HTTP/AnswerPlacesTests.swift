import Synchronization
import Testing

@testable import Daemon

@Suite struct AnswerPlacesTests {
    private typealias Place = AnswerPlaces.Place

    /// Who was cut, in order.
    private final class Cuts: Sendable {
        private let names = Mutex<[String]>([])
        var all: [String] { names.withLock { $0 } }
        func of(_ name: String) -> @Sendable () -> Void { { self.names.withLock { $0.append(name) } } }
    }

    private let now = ContinuousClock.now
    private let cuts = Cuts()

    private func take(_ places: AnswerPlaces, _ name: String, from address: String, at seconds: Int = 0) -> Place? {
        places.take(AddressGroup(address), now: now + .seconds(seconds), cut: cuts.of(name))
    }

    /// Two of each of three addresses.
    private func full(_ places: AnswerPlaces) throws -> [Place] {
        try (0..<6).map { try #require(take(places, "\($0)", from: "192.0.2.\($0 / 2)")) }
    }

    @Test func `six in all, two of an address, and who leaves makes room`() throws {
        let places = AnswerPlaces()
        let first = try #require(take(places, "a", from: "192.0.2.1"))
        let second = take(places, "b", from: "192.0.2.1")
        #expect(second != nil && take(places, "c", from: "192.0.2.1") == nil)
        first.leave()
        first.leave()
        let third = take(places, "c", from: "192.0.2.1")
        #expect(third != nil && take(places, "d", from: "192.0.2.1") == nil)

        let all = AnswerPlaces()
        let held = try full(all)
        #expect(take(all, "new", from: "192.0.2.9") == nil)
        held[3].leave()
        #expect(take(all, "new", from: "192.0.2.9") != nil && cuts.all.isEmpty)
    }

    @Test func `a place that nobody holds is free`() throws {
        let places = AnswerPlaces()
        for _ in 0..<20 { #expect(take(places, "a", from: "192.0.2.1") != nil) }
    }

    @Test func `who takes 20 s over a piece makes room for others, the slowest first`() throws {
        let places = AnswerPlaces()
        let held = try full(places)
        held[4].waits(since: now)
        held[1].waits(since: now + .seconds(1))
        held[2].waits(since: now + .seconds(2))
        held[2].waits(since: nil)
        #expect(take(places, "new", from: "192.0.2.9", at: 19) == nil && cuts.all.isEmpty)
        let new = take(places, "new", from: "192.0.2.9", at: 20)
        #expect(new != nil && cuts.all == ["4"])
        #expect(take(places, "newer", from: "192.0.2.8", at: 20) == nil)
        let newer = take(places, "newer", from: "192.0.2.8", at: 21)
        #expect(newer != nil && cuts.all == ["4", "1"])
        // They hold nothing any more: what they still say changes nothing.
        held[4].waits(since: now)
        held[4].leave()
        #expect(take(places, "newest", from: "192.0.2.7", at: 60) == nil && cuts.all == ["4", "1"])
    }

    @Test func `an address that has as many as it may gets its own slow one's place, and no other's`() throws {
        let places = AnswerPlaces()
        let held = try full(places)
        held[0].waits(since: now)
        #expect(take(places, "new", from: "192.0.2.1", at: 60) == nil && cuts.all.isEmpty)
        let new = take(places, "new", from: "192.0.2.0", at: 60)
        #expect(new != nil && cuts.all == ["0"])
    }
}
