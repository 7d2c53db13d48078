/// One read of one sorted set.
enum KeyRead: Equatable {
    /// ZCARD
    case cardinality
    /// ZCOUNT
    case count(ScoreRange)
    /// ZREVRANGE from the highest rank down.
    case newest(limit: Int)
    /// ZREVRANGEBYSCORE: the highest within the range.
    case highest(ScoreRange, limit: Int)
}
