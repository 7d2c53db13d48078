import SeededRandom
import Testing

@testable import SocketIOServer

struct InputLedgerTests {
    private final class Holder: Hashable, CustomStringConvertible {
        let description: String
        init(_ name: String) { description = name }
        static func == (left: Holder, right: Holder) -> Bool { left === right }
        func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
    }

    @Test func `the client that holds most loses first, its oldest before its newest`() {
        var ledger = InputLedger(limit: 100)
        let attacker = IPAddress("192.0.2.1")?.client
        let many = (0..<6).map { Holder("\($0)") }
        let honest = Holder("honest")
        for holder in many { #expect(ledger.hold(ObjectIdentifier(holder), bytes: 10, client: attacker) == []) }
        // The largest of all, and not what has to go.
        let victims = ledger.hold(ObjectIdentifier(honest), bytes: 50, client: IPAddress("192.0.2.2"))
        #expect(victims == many[..<3].map { ObjectIdentifier($0) })
        #expect(ledger.total == 80)
        ledger.release(ObjectIdentifier(honest))
        #expect(ledger.total == 30)
        #expect(ledger.count == 3)
    }

    @Test func `whatever is held and let go, the total is the sum and under the limit`() {
        var random = SeededGenerator(seed: 4)
        let holders = (0..<40).map { Holder("\($0)") }
        var ledger = InputLedger(limit: 1_000)
        var model: [Int: Int] = [:]
        for _ in 0..<20_000 {
            let index = Int.random(in: 0..<40, using: &random)
            let bytes = Bool.random(using: &random) ? Int.random(in: 1...90, using: &random) : 0
            model[index] = bytes > 0 ? bytes : nil
            let victims = ledger.hold(
                ObjectIdentifier(holders[index]), bytes: bytes, client: IPAddress("192.0.2.\(index % 7)"))
            for victim in victims {
                model[holders.firstIndex { ObjectIdentifier($0) == victim } ?? -1] = nil
            }
            #expect(ledger.total == model.values.reduce(0, +))
            #expect(ledger.count == model.count)
            #expect(ledger.total <= 1_000)
        }
    }
}
