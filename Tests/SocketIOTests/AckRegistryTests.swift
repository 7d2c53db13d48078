import EngineIO
import SocketIO
import Testing

struct AckRegistryTests {
    private let start = ContinuousClock.now

    @Test func `an answer is given once`() {
        var registry = AckRegistry<String>()
        let first = registry.add("a", deadline: start + .seconds(1))
        let second = registry.add("b", deadline: start + .seconds(2))
        #expect(first == 0)
        #expect(registry.answered(second) == "b")
        #expect(registry.answered(second) == nil)
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

    @Test func `every end of a session has an official reason`() {
        #expect(DisconnectReason(CloseReason.transportClose).rawValue == "transport close")
        #expect(DisconnectReason(.pingTimeout).rawValue == "ping timeout")
        #expect(DisconnectReason(.parseError).rawValue == "parse error")
        #expect(DisconnectReason(.invalidHeartbeatDirection).rawValue == "transport error")
        #expect(DisconnectReason(.messageTooLarge).rawValue == "transport error")
        #expect(DisconnectReason(.forcedServerClose).rawValue == "forced server close")
        #expect(DisconnectReason(.outboxOverflow).rawValue == "forced server close")
        #expect(DisconnectReason(.serverShuttingDown).rawValue == "server shutting down")
    }
}
