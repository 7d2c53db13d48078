import KeyspaceFollower
import RESP
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct FollowerNotificationTests {
    private let key = "sa:{web-1}:top"
    private let setting: RESPArgument = "notify-keyspace-events"

    @Test func `adds to the flags that others have set`() async throws {
        try await RedisServerProcess.running(["--notify-keyspace-events", "Eh"]) { server in
            try await FollowerObserver.running(server.unixURL) { try await $0.untilLive() }
            let flags = try await server.cli("CONFIG", "GET", "notify-keyspace-events")
            let set = Set(flags.split(separator: "\n").last ?? "")
            #expect(set.isSuperset(of: "EhKzgxe$"))
        }
    }

    @Test func `notices that notifications were switched off`() async throws {
        try await RedisServerProcess.running { server in
            var writer = try Writer(server)
            try await FollowerObserver.running(server.unixURL) { observer in
                try await observer.untilLive()
                try await writer.write(RESPCommand("CONFIG", "SET", setting, ""))
                try await writer.add(key, 1, "silent")
                try await writer.add(key, 0, "silent and late")
                try await observer.untilHeld([key: ["silent", "silent and late"]])
                while try await server.cli("CONFIG", "GET", "notify-keyspace-events").hasSuffix("\n") {}
                try await writer.add(key, 2, "told")
                try await observer.untilHeld([key: ["told"]])
                #expect(observer.doubled == [])
                try await observer.until { $0.status == .live(mode: .notifications) }
            }
        }
    }

    @Test(arguments: ["-config", "-config|set"])
    func `polls and says the remedy where CONFIG is denied`(denied: String) async throws {
        try await RedisServerProcess.running { server in
            var writer = try Writer(server)
            try await writer.write(
                RESPCommand("ACL", "SETUSER", "reader", "on", ">secret", "~sa:*", "&*", "+@all", .string(denied)))
            let url = server.unixURL.replacing("unix://", with: "unix://reader:secret@")
            try await FollowerObserver.running(url) { observer in
                try await observer.untilLive()
                #expect(
                    observer.status
                        == .live(
                            mode: .polling(
                                remedy: "put this line into redis.conf: notify-keyspace-events \"Kzgxe$\" "
                                    + "— or run: redis-cli CONFIG SET notify-keyspace-events 'Kzgxe$'")))
                for number in 0..<20 { try await writer.add(key, Double(number), "m-\(number)") }
                try await writer.add(key, 3.5, "late")
                try await observer.untilHeld(try await writer.members(of: [key]))
                try await writer.write(RESPCommand("DEL", .string(key)))
                try await observer.until { $0.goneKeys == [self.key] }
                #expect(observer.doubled == [])
            }
        }
    }

    @Test func `believes its ears where the flags are set but may not be read`() async throws {
        try await RedisServerProcess.running(["--notify-keyspace-events", "KA"]) { server in
            var writer = try Writer(server)
            try await writer.write(
                RESPCommand("ACL", "SETUSER", "reader", "on", ">secret", "~sa:*", "&*", "+@all", "-config"))
            let url = server.unixURL.replacing("unix://", with: "unix://reader:secret@")
            try await FollowerObserver.running(url) { observer in
                try await observer.untilLive()
                var told = 0
                while observer.status != .live(mode: .notifications) {
                    told += 1
                    try await writer.add(key, Double(told), "told-\(told)")
                    try await observer.until {
                        $0.members(self.key).contains("told-\(told)") || $0.status == .live(mode: .notifications)
                    }
                }
                try await writer.write(RESPCommand("CONFIG", "SET", setting, ""))
                var number = 0
                while observer.status == .live(mode: .notifications) {
                    number += 1
                    try await writer.add(key, Double(number), "silent-\(number)")
                    try await observer.until {
                        $0.members(self.key).contains("silent-\(number)") || $0.status != .live(mode: .notifications)
                    }
                }
                try await observer.untilHeld(try await writer.members(of: [key]))
                #expect(observer.doubled == [])
            }
        }
    }

    @Test func `polls where the channels are denied, and keeps off keys it may not read`() async throws {
        try await RedisServerProcess.running { server in
            var writer = try Writer(server)
            try await writer.write(
                RESPCommand("ACL", "SETUSER", "reader", "on", ">secret", "~sa:{open}*", "resetchannels", "+@all"))
            try await writer.add("sa:{closed}:top", 1, "hidden")
            try await writer.add("sa:{open}:netstat", 1, "first")
            let url = server.unixURL.replacing("unix://", with: "unix://reader:secret@")
            try await FollowerObserver.running(url) { observer in
                try await observer.untilLive()
                guard case .live(.polling(let remedy)) = observer.status else {
                    Issue.record("not polling")
                    return
                }
                #expect(remedy.contains("ACL SETUSER reader +psubscribe '&__keyspace@0__:sa:*'"))
                try await writer.add("sa:{open}:top", 1, "seen")
                try await observer.untilHeld(["sa:{open}:top": ["seen"]])
                try await writer.write(RESPCommand("ACL", "SETUSER", "reader", "~sa:*"))
                try await observer.untilHeld(["sa:{closed}:top": ["hidden"]])
                #expect(observer.doubled == [])
                #expect(observer.goneKeys == [])
            }
        }
    }

    @Test func `says so where no key may be read, and follows once it may`() async throws {
        try await RedisServerProcess.running { server in
            var writer = try Writer(server)
            let rules: [RESPArgument] = ["SETUSER", "stranger", "on", ">secret", "&*", "+@all"]
            try await writer.write(RESPCommand("ACL", rules + ["resetkeys", "~other:*"]))
            try await writer.add("sa:{web-1}:top", 1, "sample")
            try await FollowerObserver.running(server.unixURL.replacing("unix://", with: "unix://stranger:secret@")) {
                observer in
                try await observer.untilBackingOff(because: "none of 1 keys may be read: NOPERM")
                try await writer.write(RESPCommand("ACL", rules + ["~sa:*"]))
                try await observer.untilHeld(["sa:{web-1}:top": ["sample"]])
                try await observer.untilLive()
            }
        }
    }
}
