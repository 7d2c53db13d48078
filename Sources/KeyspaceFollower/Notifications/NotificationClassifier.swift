/// What a keyspace event asks for: it names the command, never the member, so it is a hint and no more.
enum KeyHint: Equatable {
    /// Nothing that is followed has changed.
    case ignore
    /// Members left from the bottom: to be minded at the next look.
    case trim
    case look(KeyNeed)
}

/// The table from event names (payloads of `__keyspace@DB__:KEY`, Redis' `notify.c` and its callers) to hints.
enum NotificationClassifier {
    static func hint(of event: [UInt8]) -> KeyHint {
        switch event {
        case zadd, new: .look(.probe)
        case zremrangebyrank, zremrangebyscore: .trim
        case expire, persist: .ignore
        // del, rename_from, rename_to, restore, copy_to, move_from, move_to, set, expired, evicted, zincr, zrem,
        // zrangestore and the like, and whatever a later Redis adds: anything may have happened.
        default: .look(.full)
        }
    }

    private static let zadd = Array("zadd".utf8)
    private static let new = Array("new".utf8)
    private static let zremrangebyrank = Array("zremrangebyrank".utf8)
    private static let zremrangebyscore = Array("zremrangebyscore".utf8)
    private static let expire = Array("expire".utf8)
    private static let persist = Array("persist".utf8)
}
