import SeededRandom
import Testing

@testable import SocketIOServer

struct HandshakePlacesTests {
    /// Something with an identity.
    private final class Guest {
        let address: IPAddress?
        var id: ObjectIdentifier { ObjectIdentifier(self) }

        init(_ address: String?) { self.address = address.flatMap { IPAddress($0) } }
    }

    @Test func `a newcomer gets the oldest place of the client that holds most`() {
        var places = HandshakePlaces(limit: 3, limitPerAddress: 3)
        let guests = ["10.0.0.1", "10.0.0.2", "10.0.0.2"].map { Guest($0) }
        for guest in guests { places.enter(guest.id, from: guest.address) }
        #expect(places.verdict(for: IPAddress("10.0.0.3")) == .insteadOf(guests[1].id))
        #expect(places.verdict(for: IPAddress("10.0.0.1")) == .insteadOf(guests[1].id))
        #expect(places.verdict(for: IPAddress("10.0.0.2")) == .refused(.all))
        places.leave(guests[1].id)
        #expect(places.verdict(for: IPAddress("10.0.0.2")) == .free)
    }

    @Test func `where all hold as many, the oldest of all goes, for those who hold none`() {
        var places = HandshakePlaces(limit: 3, limitPerAddress: 3)
        let guests = (1...3).map { Guest("10.0.0.\($0)") }
        for guest in guests { places.enter(guest.id, from: guest.address) }
        #expect(places.verdict(for: IPAddress("10.0.0.4")) == .insteadOf(guests[0].id))
        #expect(places.verdict(for: IPAddress("10.0.0.2")) == .refused(.all))
    }

    @Test func `addresses that many share lose no place to strangers, and are let in like anybody`() {
        let exempt = [AddressRange("10.9.0.0/16")].compactMap { $0 }
        var places = HandshakePlaces(limit: 3, limitPerAddress: 1, exempt: exempt)
        let shared = [Guest("10.9.0.1"), Guest("10.9.0.1")]
        for guest in shared { places.enter(guest.id, from: guest.address) }
        let stranger = Guest("10.0.0.1")
        places.enter(stranger.id, from: stranger.address)
        #expect(places.verdict(for: IPAddress("10.9.0.1")) == .insteadOf(stranger.id))
        #expect(places.verdict(for: nil) == .insteadOf(stranger.id))
        places.leave(stranger.id)
        let unix = Guest(nil)
        places.enter(unix.id, from: nil)
        #expect(places.verdict(for: IPAddress("10.0.0.1")) == .refused(.all))
        #expect(places.addresses == 0 && places.total == 3)
        // Among each other the oldest gives way, or a few of this machine would keep out all others of it.
        for address in [nil, IPAddress("10.9.0.2")] {
            #expect(places.verdict(for: address) == .insteadOf(shared[0].id))
        }
        places.leave(shared[0].id)
        #expect(places.verdict(for: nil) == .free)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `as a list of who came when would say it, in any order of things`(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var places = HandshakePlaces(limit: 8, limitPerAddress: 4)
        var model: [Guest] = []
        for _ in 0..<400 {
            if Bool.random(using: &random), let index = model.indices.randomElement(using: &random) {
                places.leave(model.remove(at: index).id)
            } else {
                let guest = Guest("10.0.0.\(Int.random(in: 1...5, using: &random))")
                let count = { (address: IPAddress?) in model.count { $0.address == address } }
                // The first of those whose address holds most.
                let most = model.map { count($0.address) }.max() ?? 0
                let oldest = model.first { count($0.address) == most }
                let expected: HandshakePlaces.Verdict
                if count(guest.address) >= 4 {
                    expected = .refused(.address)
                } else if model.count < 8 {
                    expected = .free
                } else if let oldest, most > count(guest.address) {
                    expected = .insteadOf(oldest.id)
                } else {
                    expected = .refused(.all)
                }
                let verdict = places.verdict(for: guest.address)
                #expect(verdict == expected)
                if case .refused = verdict { continue }
                if case .insteadOf(let id) = verdict {
                    places.leave(id)
                    model.removeAll { $0.id == id }
                }
                places.enter(guest.id, from: guest.address)
                model.append(guest)
            }
            #expect(places.areHeld(by: model.map(\.id)))
            #expect(places.addresses == Set(model.map(\.address)).count)
        }
    }

    /// Sessions may be let in while others come in beside them: what is beyond a limit is counted in, and counted out.
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `what is open is counted, within the limits and beyond them`(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let exempt = [AddressRange("10.9.0.0/16")].compactMap { $0 }
        var counter = ConnectionCounter(limit: 6, limitPerAddress: 2, exempt: exempt)
        var open: [IPAddress?] = []
        for _ in 0..<400 {
            if Bool.random(using: &random), let index = open.indices.randomElement(using: &random) {
                counter.closed(from: open.remove(at: index))
            } else {
                let address =
                    [nil, IPAddress("10.9.0.1"), IPAddress("10.0.0.1"), IPAddress("10.0.0.2")]
                    .randomElement(using: &random) ?? nil
                let isCounted = address != nil && address != IPAddress("10.9.0.1")
                let isFull = isCounted && open.count { $0 == address } >= 2
                #expect(counter.refusal(for: address) == (open.count >= 6 ? .all : isFull ? .address : nil))
                counter.opened(from: address)
                open.append(address)
            }
            #expect(counter.total == open.count)
            #expect(counter.counts(open))
        }
        for address in open { counter.closed(from: address) }
        #expect(counter.total == 0 && counter.addresses == 0)
    }
}
