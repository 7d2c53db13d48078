/// Counters of a ``StreamAssembler`` since its start, and its window's size.
public struct AssemblerStatistics: Sendable, Equatable {
    /// Members received from the follower.
    public internal(set) var received = 0
    /// Samples emitted: new ones and replaced ones.
    public internal(set) var emitted = 0
    /// Samples that came into the window with a gap: told by a snapshot, not emitted.
    public internal(set) var resynced = 0
    /// Samples whose `id` their key had with the same or a newer `t`.
    public internal(set) var duplicates = 0
    /// Samples that the limits left no room for.
    public internal(set) var belowFloor = 0
    /// Members that were no samples, by reason.
    public internal(set) var rejected: [SampleRejection: Int] = [:]
    /// Samples in the window.
    public internal(set) var samples = 0
    /// Bytes in the window.
    public internal(set) var bytes = 0
    /// Keys in the window.
    public internal(set) var keys = 0
    /// The last emission's `seq`.
    public internal(set) var seq: UInt64 = 0
}
