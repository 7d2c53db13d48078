import Glibc
import NIOCore
import RESP
import RedisClient
import TestSupport
import Testing

/// A daemon with few descriptors, and clients that want all of them.
@Suite(.timeLimit(.minutes(2)))
struct OpenFilesTests {
    private static func openFiles(of process: Int32) throws -> Int {
        let folder = try #require(opendir("/proc/\(process)/fd"))
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // The folder itself and the one above.
        return count - 2
    }

    @Test func `a flood of connections leaves descriptors for Redis and for the process itself`() async throws {
        try await RedisServerProcess.running(tcp: true) { redis in
            let port = try #require(redis.port)
            let arguments = ["--redis", "redis://localhost:\(port)"]
            try await DaemonProcess.running(arguments, openFiles: 64) { daemon in
                let process = try #require(daemon.processID)
                func followed() -> Int { daemon.log.count { $0.contains("following keys") } }
                while followed() == 0 { _ = try await HTTPProbe.get("/readyz", port: daemon.port) }
                let hand = try await RunningDaemon.connect(redis)
                var guests: [HTTPProbe] = []
                var most = 0
                for round in 0..<12 {
                    // Those of before are held, as far as the daemon keeps them.
                    for _ in 0..<40 { guests.append(try await HTTPProbe.connect(port: daemon.port)) }
                    most = max(most, try Self.openFiles(of: process))
                    guard round % 4 == 0 else { continue }
                    let before = followed()
                    for kind in ["normal", "pubsub"] {
                        let words = ["KILL", "TYPE", kind].map(RESPArgument.string)
                        _ = try await hand.send(RESPCommand("CLIENT", words))
                    }
                    while followed() == before {
                        try #require(daemon.processID == process)
                        guests.append(try await HTTPProbe.connect(port: daemon.port))
                        most = max(most, try Self.openFiles(of: process))
                    }
                }
                #expect(most < 60 && most > 40)
                #expect(daemon.processID == process)
                for guest in guests { guest.channel.close(promise: nil) }
            }
        }
    }

    @Test func `with too few descriptors the daemon says so and does not start`() async throws {
        let refused = await #expect(throws: DaemonProcess.DidNotStart.self) {
            try await DaemonProcess.running([], openFiles: 40) { _ in }
        }
        #expect(refused?.output.contains("open files: 40 are too few; allowed: 64 or more") == true)
    }
}
