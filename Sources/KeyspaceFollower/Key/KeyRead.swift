/// One read of one sorted set.
enum KeyRead: Equatable {
    /// ZCARD
    case cardinality
    /// ZCOUNT
    case count(ScoreRange)
    /// ZREVRANGEBYSCORE: the highest within the range, but for the first `offset` of them.
    case highest(ScoreRange, offset: Int = 0, limit: Int)
    /// ZREVRANGEBYSCORE from a score down: a part of all that is ours.
    case newest(below: ScoreRange.Bound = .unbounded, offset: Int = 0, limit: Int)
}
