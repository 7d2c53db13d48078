import EngineIO
import SeededRandom
import SocketIO
import TestSupport
import Testing

struct AckRegistryTests {
    private let start = ContinuousClock.now

    @Test func `an answer is given once`() {
        var registry = AckRegistry<String>()
        let first = registry.add("a", deadline: start + .seconds(1))
        let second = registry.add("b", deadline: start + .seconds(2))
        #expect(second == 1)
        #expect(first == 0)
        #expect(registry.answered(1) == "b")
        #expect(registry.answered(1) == nil)
        #expect(registry.answered(99) == nil)
        #expect(registry.drain() == ["a"])
        #expect(registry.count == 0)
    }

    @Test func `late answers time out in order`() {
        var registry = AckRegistry<String>()
        _ = registry.add("slow", deadline: start + .seconds(9))
        _ = registry.add("a", deadline: start + .seconds(2))
        _ = registry.add("b", deadline: start + .seconds(1))
        #expect(registry.deadline == start + .seconds(1))
        #expect(registry.timedOut(now: start + .milliseconds(999)) == [])
        #expect(registry.timedOut(now: start + .seconds(2)) == ["a", "b"])
        #expect(registry.deadline == start + .seconds(9))
    }

    @Test func `no more than the limit are waited for`() {
        var registry = AckRegistry<String>()
        #expect(registry.add("a", deadline: start + .seconds(1), limit: 2) == 0)
        #expect(registry.add("b", deadline: start + .seconds(1), limit: 2) == 1)
        #expect(registry.add("c", deadline: start + .seconds(1), limit: 2) == nil)
        #expect(registry.answered(0) == "a")
        #expect(registry.add("c", deadline: start + .seconds(2), limit: 2) == 2)
        #expect(registry.drain() == ["b", "c"])
    }

    @Test func `the earliest deadline is always that of one that waits`() {
        var generator = SeededGenerator(seed: 11)
        var registry = AckRegistry<Int>()
        var model: [Int: Int] = [:]
        var now = 0
        for _ in 0..<20_000 {
            switch Int.random(in: 0...9, using: &generator) {
            case 0...4:
                let due = now + Int.random(in: 0...1_000, using: &generator)
                guard let id = registry.add(0, deadline: start + .seconds(due)) else { continue }
                model[id] = due
            case 5...8:
                let id = model.keys.randomElement(using: &generator) ?? -1
                #expect((registry.answered(id) == nil) == (model.removeValue(forKey: id) == nil))
            default:
                now += Int.random(in: 0...20, using: &generator)
                let late = model.filter { $0.value <= now }
                #expect(registry.timedOut(now: start + .seconds(now)).count == late.count)
                for id in late.keys { model[id] = nil }
            }
            #expect(registry.deadline == model.values.min().map { start + .seconds($0) })
            #expect(registry.count == model.count)
        }
    }

    @Test func `many that are never answered are added in little time`() {
        var registry = AckRegistry<Int>()
        let began = ContinuousClock.now
        // Where each addition looks at all others this takes minutes.
        for number in 0..<100_000 {
            _ = registry.add(number, deadline: start + .seconds(100_000 - number))
            _ = registry.deadline
        }
        #expect(.now - began < .seconds(10))
        #expect(registry.timedOut(now: start + .seconds(100_000)) == Array(0..<100_000))
    }

    @Test func `the ends of a session have their reasons, official ones where there are any`() {
        #expect(DisconnectReason(CloseReason.transportClose).rawValue == "transport close")
        #expect(DisconnectReason(.pingTimeout).rawValue == "ping timeout")
        #expect(DisconnectReason(.parseError).rawValue == "parse error")
        #expect(DisconnectReason(.invalidHeartbeatDirection).rawValue == "transport error")
        #expect(DisconnectReason(.messageTooLarge).rawValue == "transport error")
        #expect(DisconnectReason(.forcedServerClose).rawValue == "forced server close")
        #expect(DisconnectReason(.connectTimeout).rawValue == "forced server close")
        #expect(DisconnectReason(.outboxOverflow).rawValue == "outbox overflow")
        #expect(DisconnectReason(.inboundFlood).rawValue == "inbound flood")
        #expect(DisconnectReason(.handlerTimeout).rawValue == "handler timeout")
        #expect(DisconnectReason(.messageTimeout).rawValue == "message timeout")
        #expect(DisconnectReason(.serverShuttingDown).rawValue == "server shutting down")
    }
}
