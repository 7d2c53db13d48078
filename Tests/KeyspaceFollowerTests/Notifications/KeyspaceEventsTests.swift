import Testing

@testable import KeyspaceFollower

@Suite struct KeyspaceChannelTests {
    @Test func `escapes the prefix in patterns`() {
        let channel = KeyspaceChannel(database: 3, prefix: #"a*b?[c]\d"#)
        #expect(channel.keyPattern == #"a\*b\?\[c\]\\d:*"#)
        #expect(channel.pattern == #"__keyspace@3__:a\*b\?\[c\]\\d:*"#)
    }

    @Test(arguments: [
        (Array("__keyspace@0__:sa:{h}:top".utf8), "sa:{h}:top"), (Array("__keyspace@1__:sa:x".utf8), nil),
        (Array("__keyspace@0__:sa:".utf8) + [0xFF], nil), ([], nil),
    ])
    func `finds the key in the name of a channel`(name: [UInt8], key: String?) {
        var skipped = SkippedNames()
        #expect(KeyspaceChannel(database: 0, prefix: "sa").key(of: name, &skipped) == key)
        #expect(skipped.notUTF8 == (name.last == 0xFF ? 1 : 0))
    }
}

@Suite struct NotificationClassifierTests {
    @Test(arguments: [
        ("zadd", KeyHint.look(.probe)), ("new", .look(.probe)), ("zremrangebyrank", .trim), ("zremrangebyscore", .trim),
        ("expire", .ignore), ("persist", .ignore), ("del", .look(.full)), ("rename_from", .look(.full)),
        ("rename_to", .look(.full)), ("restore", .look(.full)), ("copy_to", .look(.full)), ("move_to", .look(.full)),
        ("set", .look(.full)), ("expired", .look(.full)), ("evicted", .look(.full)), ("zincr", .look(.full)),
        ("zrem", .look(.full)), ("zunionstore", .look(.full)), ("sortstore", .look(.full)), ("", .look(.full)),
        ("zadd2", .look(.full)),
    ])
    func `tells what an event asks for`(event: String, hint: KeyHint) {
        #expect(NotificationClassifier.hint(of: Array(event.utf8)) == hint)
    }
}
