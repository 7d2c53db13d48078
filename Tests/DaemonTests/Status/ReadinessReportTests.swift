import KeyspaceFollower
import RedisClient
import StreamAssembly
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

    @Test func `says how far back the window reaches, if that is less than its age`() {
        let report = ReadinessReport(.live(mode: .notifications))
        let whole = WindowDepth(from: nil, ms: 600_000, ageMs: 600_000)
        #expect(report.encode(depth: whole) == report.encode())
        let short = WindowDepth(from: 1_763_690_000_000, ms: 88_000, ageMs: 600_000)
        #expect(
            String(decoding: report.encode(depth: short), as: UTF8.self)
                == #"{"ready":true,"redis":{"status":"live"},"window":{"heldMs":88000,"from":1763690000000}}"#)
    }

    @Test func `one line when the window gets short, and one after it was whole for a minute`() {
        var watch = DepthWatch()
        let whole = WindowDepth(from: nil, ms: 600_000, ageMs: 600_000)
        let short = WindowDepth(from: 1, ms: 500_000, ageMs: 600_000)
        #expect(watch.look(whole, now: 0) == nil)
        #expect(watch.look(short, now: 1_000) == .short(short))
        // It just fits, for an hour.
        for second in 2...3_600 {
            #expect(watch.look(second.isMultiple(of: 30) ? short : whole, now: Double(second) * 1_000) == nil)
        }
        #expect(watch.look(whole, now: 3_659_000) == nil)
        // The clock is set back.
        #expect(watch.look(whole, now: 3_000_000) == nil)
        #expect(watch.look(whole, now: 3_059_000) == nil)
        #expect(watch.look(whole, now: 3_060_000) == .whole)
        #expect(watch.look(whole, now: 3_061_000) == nil)
        #expect(watch.look(short, now: 3_062_000) == .short(short))
    }
}
