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
        #expect(KeyspaceChannel(database: 0, prefix: "sa").key(of: name) == key)
    }
}
