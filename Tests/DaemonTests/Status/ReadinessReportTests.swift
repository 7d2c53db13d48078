import KeyspaceFollower
import RedisClient
import Testing

@testable import Daemon

@Suite struct ReadinessReportTests {
    @Test(arguments: [
        (FollowerStatus.connecting, #"{"ready":false,"redis":{"status":"connecting","detail":"connecting to Redis"}}"#),
        (
            .backingOff(RedisError(.unreachable, "refused"), for: .seconds(1)),
            #"{"ready":false,"redis":{"status":"unreachable","detail":"refused"}}"#
        ),
        (
            .catchingUp,
            #"{"ready":false,"redis":{"status":"catching-up","detail":"reading the sets for the first time"}}"#
        ),
        (.live(mode: .notifications), #"{"ready":true,"redis":{"status":"live"}}"#),
        (.live(mode: .polling(remedy: "do x")), #"{"ready":true,"redis":{"status":"polling","detail":"do x"}}"#),
    ])
    func `says whether Redis is followed, and if not, why`(status: FollowerStatus, expected: String) {
        #expect(String(decoding: ReadinessReport(status).encode(), as: UTF8.self) == expected)
    }
}
