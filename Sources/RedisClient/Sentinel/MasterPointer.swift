/// Which server the sentinels' word led to, and whether it has changed since: whether what is being done is in vain.
struct MasterPointer: Equatable {
    private(set) var followed: RedisHost?
    /// The sentinels named another one; nobody has acted upon it yet.
    private(set) var isSwitched = false

    /// A connection to this server is being made: what was said before is acted upon with that.
    mutating func attempting(_ host: RedisHost) {
        (followed, isSwitched) = (host, false)
    }

    /// The sentinels' word of now; true where it is a change.
    mutating func named(_ host: RedisHost) -> Bool {
        guard let followed, followed != host else { return false }
        self.followed = host
        isSwitched = true
        return true
    }

    /// Whether there was a change, once.
    mutating func takeSwitch() -> Bool {
        defer { isSwitched = false }
        return isSwitched
    }
}
