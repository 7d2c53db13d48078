import Logging
import Settings
import SocketIOServer
import Testing

@testable import Daemon

@Suite struct ReloadPlanTests {
    private func plan(
        _ change: (inout DaemonConfiguration) -> Void, from start: (inout DaemonConfiguration) -> Void = { _ in }
    ) -> (ReloadPlan, running: DaemonConfiguration) {
        var running = DaemonConfiguration()
        start(&running)
        var wanted = running
        change(&wanted)
        return (ReloadPlan(from: running, to: wanted), running)
    }

    @Test func `nothing new changes nothing`() {
        let (plan, running) = plan { _ in }
        #expect(plan.next == running && plan.changed.isEmpty && plan.needRestart.isEmpty)
    }

    @Test func `what may change does, and nothing else`() {
        let (plan, running) = plan {
            $0.logLevel = .debug
            $0.maxClients = 7
            $0.connectionsPerAddress = 3
            $0.drain = .seconds(9)
            $0.port = 9999
            $0.flush = .zero
            $0.redisURL = "redis://:secret@other"
            $0.trustedProxies = TrustedProxies(["::1"]) ?? .none
        }
        var expected = running
        expected.logLevel = .debug
        expected.maxClients = 7
        expected.connectionsPerAddress = 3
        expected.drain = .seconds(9)
        #expect(plan.next == expected)
        #expect(Set(plan.changed) == ReloadPlan.changeable)
        #expect(Set(plan.needRestart) == ["port", "flush-ms", "redis", "trusted-proxy"])
    }

    @Test func `another token in the same file opens, and one from another file waits`() {
        let start: (inout DaemonConfiguration) -> Void = { ($0.tokenFile, $0.token) = ("/t", "old") }
        let (same, _) = plan({ $0.token = "new" }, from: start)
        #expect(same.next.token == "new" && same.changed == ["token-file"] && same.needRestart.isEmpty)
        let (other, _) = plan({ ($0.tokenFile, $0.token) = ("/u", "new") }, from: start)
        #expect(other.next.token == "old" && other.changed.isEmpty && other.needRestart == ["token-file"])
        let (gone, _) = plan({ ($0.tokenFile, $0.token) = (nil, nil) }, from: start)
        #expect(gone.next.token == "old" && gone.needRestart == ["token-file"])
    }

    @Test func `what may change are settings`() {
        #expect(ReloadPlan.changeable.isSubset(of: DaemonSettings.all.map(\.name)))
    }
}
