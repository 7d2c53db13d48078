import StreamAssembly

/// What every event says about the daemon's run and window.
struct Stamp {
    let limits: WindowLimits
    /// The beginning of the keys, before the first colon.
    let prefix: String
    /// Where the window begins, if it does not reach back as far as its age. It tells of all hosts.
    var heldFrom: Double?
    /// For clients with bounds.
    var counts: BoundCounts
    private let epoch: String

    /// - Parameters:
    ///   - epoch: names this run of the daemon.
    ///   - nextEpoch: names a count of ``BoundCounts``.
    init(
        epoch: String, limits: WindowLimits, prefix: String, matches: MatchTable,
        nextEpoch: @escaping @Sendable () -> String
    ) {
        self.epoch = epoch
        self.limits = limits
        self.prefix = prefix
        counts = BoundCounts(matches: matches, nextEpoch: nextEpoch)
    }

    func epoch(within bounds: SelectionBounds?) -> String {
        bounds.flatMap { counts.epoch(within: $0) } ?? epoch
    }

    /// - Parameters:
    ///   - seq: the feed's own; a client with bounds gets the one that counts what it may see.
    ///   - bounds: those of the clients that get it.
    func meta(
        _ seq: UInt64, within bounds: SelectionBounds?, reason: Meta.Reason? = nil, marks: KeyMarks?, now: Double
    ) -> [UInt8] {
        guard let bounds else {
            return Meta(
                epoch: epoch, seq: seq, limits: limits, heldFrom: heldFrom, now: now, reason: reason, marks: marks
            ).encode()
        }
        return Meta(
            epoch: epoch(within: bounds), seq: counts.told(seq, within: bounds), limits: limits, now: now,
            reason: reason, marks: marks?.within(bounds, prefix: prefix)
        ).encode()
    }
}
