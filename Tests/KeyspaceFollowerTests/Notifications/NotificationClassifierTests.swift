import Testing

@testable import KeyspaceFollower

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
