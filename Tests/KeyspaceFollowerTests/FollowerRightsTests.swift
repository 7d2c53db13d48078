import Glibc
import KeyspaceFollower
import RESP
import RedisClient
import TestSupport
import Testing

/// What we advise works, word for word, and what is given or taken while we run is noticed.
@Suite(.timeLimit(.minutes(1))) struct FollowerRightsTests {
    private static let key = "sa:{web-1}:top"

    private static func apply(_ advice: String, to server: RedisServerProcess) async throws {
        let answer = try await server.shell(advice)
        #expect(answer.contains("OK"), "\(advice)")
    }

    @Test(arguments: [FollowPreference.notifications, .replication, .auto], [(0, "sa"), (3, "s[a]b*")])
    func `the grant that is printed is enough`(
        preference: FollowPreference, place: (database: Int, prefix: String)
    ) async throws {
        let (database, prefix) = place
        let arguments = ["--repl-diskless-sync-delay", "0", "--notify-keyspace-events", "Kzgxe$"]
        try await RedisServerProcess.running(arguments) { server in
            var writer = try Writer(server, database: database)
            try await writer.write(
                RESPCommand("ACL", "SETUSER", "follower", "on", ">secret", "resetchannels", "+select"))
            let url = server.unixURL.replacing("unix://", with: "unix://follower:secret@") + "?db=\(database)"
            try await FollowerObserver.running(url) {
                $0.preference = preference
                $0.prefix = prefix
            } _: { observer in
                var advice: String?
                try await observer.until { observer in
                    guard case .backingOff(let reason, _) = observer.status else { return false }
                    advice = reason.message.firstRange(of: "grant: ").map { String(reason.message[$0.upperBound...]) }
                    return advice != nil
                }
                // What else could be done stands behind it.
                let grant = (advice ?? "").split(separator: ", or").first.map(String.init) ?? ""
                try await Self.apply(grant, to: server)
                try await observer.untilLive()
                try await writer.add("\(prefix):{h}:top", 1, "sample")
                try await observer.untilHeld(["\(prefix):{h}:top": ["sample"]])
                let mode = preference == .replication ? FollowerMode.replication : .notifications
                try await observer.until { $0.status == .live(mode: mode) }
            }
        }
    }

    @Test func `the advice of one who polls ends the polling, without a restart, and a right taken back begins it`()
        async throws
    {
        try await RedisServerProcess.running { server in
            var writer = try Writer(server)
            try await writer.write(
                RESPCommand("ACL", "SETUSER", "reader", "on", ">secret", "~sa:*", "resetchannels", "+@all", "-config"))
            try await FollowerObserver.running(server.unixURL.replacing("unix://", with: "unix://reader:secret@")) {
                observer in
                for _ in 0..<2 {
                    try await Self.untilPolling(observer, because: "redis-cli ACL SETUSER")
                    guard case .live(.polling(let remedy)) = observer.status else { return }
                    try await Self.apply(Self.command(in: remedy), to: server)
                    try await Self.untilPolling(observer, because: "CONFIG SET")
                    guard case .live(.polling(let flags)) = observer.status else { return }
                    try await Self.apply(Self.command(in: flags), to: server)
                    try await writer.write(RESPCommand("ACL", "SETUSER", "reader", "+config|get"))
                    try await observer.until { $0.status == .live(mode: .notifications) }
                    try await writer.write(
                        RESPCommand("ACL", "SETUSER", "reader", "resetchannels", "-config"),
                        RESPCommand("CONFIG", "SET", "notify-keyspace-events", ""))
                }
            }
        }
    }

    @Test(arguments: ["", "KEA", "Elx", "Kz"])
    func `the line for redis conf that is printed, put there as it is, ends the polling`(flags: String) async throws {
        let file = "/tmp/advice-\(UInt64.random(in: 0 ... .max)).conf"
        defer { unlink(file) }
        func write(_ text: String) throws {
            let stream = try #require(fopen(file, "w"))
            fputs(text, stream)
            #expect(fclose(stream) == 0)
        }
        let user = "user reader on >secret ~sa:* &* +@all -config|set\n"
        try write(user + "notify-keyspace-events \"\(flags)\"\n")
        try await RedisServerProcess.running(["--include", file]) { server in
            try await FollowerObserver.running(server.unixURL.replacing("unix://", with: "unix://reader:secret@")) {
                observer in
                if flags != "KEA" {
                    try await Self.untilPolling(observer, because: "put this line into redis.conf: ")
                    guard case .live(.polling(let remedy)) = observer.status else { return }
                    let advice = try #require(remedy.firstRange(of: "redis.conf: "))
                    let line = remedy[advice.upperBound...].split(separator: " — ").first ?? ""
                    try write(user + line + "\n")
                    try await server.restart()
                }
                try await observer.until { $0.status == .live(mode: .notifications) }
                // What others had set is set still.
                let now = try await server.cli("CONFIG", "GET", "notify-keyspace-events").split(separator: "\n").last
                let (had, has) = (Self.classes(flags), Self.classes(now.map(String.init) ?? ""))
                #expect(had.isSubset(of: has))
                var writer = try Writer(server)
                try await writer.add(Self.key, 1, "sample")
                try await observer.untilHeld([Self.key: ["sample"]])
            }
        }
    }

    private static func classes(_ flags: String) -> Set<Character> {
        Set(flags.replacing("A", with: "g$lshzxetd"))
    }

    private static func command(in remedy: String) -> String {
        remedy.firstRange(of: "redis-cli").map { String(remedy[$0.lowerBound...]) } ?? ""
    }

    private static func untilPolling(_ observer: FollowerObserver, because text: String) async throws {
        try await observer.until { observer in
            if case .live(.polling(let remedy)) = observer.status { remedy.contains(text) } else { false }
        }
    }

    @Test func `the stream is taken once it is given`() async throws {
        try await RedisServerProcess.running(["--repl-diskless-sync-delay", "0"]) { server in
            var writer = try Writer(server)
            try await writer.write(
                RESPCommand("ACL", "SETUSER", "reader", "on", ">secret", "~*", "&*", "+@all", "-psync"))
            try await FollowerObserver.running(server.unixURL.replacing("unix://", with: "unix://reader:secret@")) {
                $0.preference = .auto
            } _: { observer in
                try await observer.until { $0.status == .live(mode: .notifications) }
                try await writer.write(RESPCommand("ACL", "SETUSER", "reader", "+psync"))
                try await observer.until { $0.status == .live(mode: .replication) }
            }
        }
    }

    @Test func `says so where keys may not be listed, and goes on when they may`() async throws {
        try await RedisServerProcess.running { server in
            var writer = try Writer(server)
            try await writer.write(
                RESPCommand("ACL", "SETUSER", "reader", "on", ">secret", "~*", "&*", "+@all", "-scan"))
            try await FollowerObserver.running(server.unixURL.replacing("unix://", with: "unix://reader:secret@")) {
                observer in
                try await observer.untilBackingOff(because: "may not be listed: NOPERM")
                try await writer.write(RESPCommand("ACL", "SETUSER", "reader", "+scan"))
                try await observer.untilLive()
            }
        }
    }

    // MARK: - What is no server that can be followed

    @Test(arguments: FollowPreference.allCases)
    func `a node of a cluster is refused in one sentence`(preference: FollowPreference) async throws {
        let bus = try await FreePort.take()
        try await RedisServerProcess.running(["--cluster-enabled", "yes", "--cluster-port", "\(bus)"]) { server in
            try await FollowerObserver.running(server.unixURL) {
                $0.preference = preference
            } _: { observer in
                try await observer.untilBackingOff(because: "a node of a Redis Cluster")
                guard case .backingOff(let reason, _) = observer.status else { return }
                #expect(reason.code == .unsupported)
            }
        }
    }

    @Test func `a sentinel is no server, and is told how to be asked`() async throws {
        try await SentinelSetup.running([]) { setup in
            let sentinels = setup.url.dropFirst("redis+sentinel://".count)
            let first = try #require(sentinels.split(separator: ",").first?.split(separator: "/").first)
            try await FollowerObserver.running("redis://\(first)") { observer in
                try await observer.untilBackingOff(because: "redis+sentinel://")
                guard case .backingOff(let reason, _) = observer.status else { return }
                #expect(reason.code == .unsupported)
            }
        }
    }

    @Test func `a proxy that lacks what we need is told of, not followed in half`() async throws {
        try await StrangeServer.running { text in
            String(repeating: "-ERR unknown command\r\n", count: text.filter { $0 == "*" }.count)
        } _: { server in
            try await FollowerObserver.running("redis://127.0.0.1:\(server.port)") { observer in
                try await observer.untilBackingOff(because: "unknown command")
            }
        }
    }
}
