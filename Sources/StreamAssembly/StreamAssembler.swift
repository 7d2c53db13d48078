import SampleContract

/// Turns what the follower saw into what clients are told, and keeps the window for those who come later.
///
/// Every client sees the same emissions: a snapshot at `seq` n, then each emission after n, is the window's truth,
/// however many clients there are. Given an executor the actor lives there, so that its owner on the same executor
/// enters by `assumeIsolated` without a hop.
public actor StreamAssembler {
    /// What an assembler has to know.
    public struct Configuration: Sendable {
        /// The window's bounds.
        public var limits = WindowLimits.standard
        /// How far in the future a score may lie, ms.
        public var maxSkewMs: Double = 300_000
        /// The longest member, bytes.
        public var maxMemberBytes = SampleLimits.memberBytes
        /// What keys begin with, before the first colon.
        public var prefix = "sa"

        /// The defaults of the contract.
        public init() {}
    }

    /// Lends its executor where the owner has none.
    private actor Home {}

    private let executor: (any SerialExecutor)?
    private let home = Home()
    private var state: AssemblerState

    /// The executor given, or one of its own.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor?.asUnownedSerialExecutor() ?? home.unownedExecutor
    }

    /// An assembler with an empty window.
    ///
    /// - Parameter executor: where the actor lives, such as an event loop's; must outlive the actor.
    public init(configuration: Configuration = Configuration(), executor: (any SerialExecutor)? = nil) {
        self.executor = executor
        state = AssemblerState(configuration: configuration)
    }

    /// Takes changes, in their order, and gives what clients have to be told.
    ///
    /// - Parameter now: the daemon's clock, Unix epoch in ms.
    public func apply(_ changes: [Change], now: Double) -> [Emission] {
        state.apply(changes, now: now)
    }

    /// Lets go what has grown too old; clients drop it by themselves.
    public func expire(now: Double) {
        state.expire(now: now)
    }

    /// The window as it stands for a selection, at most `maxBytes` long, cut evenly from the oldest.
    public func snapshot(_ selection: Selection, maxBytes: Int = .max) -> Snapshot {
        state.snapshot(selection, maxBytes: maxBytes)
    }

    /// Makes ready to read the newest samples of the window, over all keys, newer than `t`: at most `limit`, and of
    /// those whose ``SampleNotes`` are no longer than `noteBytes`, about. See ``WindowCursor``.
    public func read(
        _ selection: Selection, after t: Double, limit: Int, noteBytes: Int = .max
    ) -> (seq: UInt64, cursor: WindowCursor) {
        (state.seq, state.cursor(selection, after: t, limit: limit, noteBytes: noteBytes))
    }

    /// The next samples of a reader, oldest first: `maxBytes` of them or one; none where all are read.
    public func next(_ cursor: WindowCursor, maxBytes: Int) -> (samples: [Sample], cursor: WindowCursor) {
        var cursor = cursor
        let samples = state.next(&cursor, maxBytes: maxBytes)
        return (samples, cursor)
    }

    /// The keys of a selection that have samples in the window, sorted by name.
    public func keys(_ selection: Selection) -> [KeySummary] {
        state.keys(selection)
    }

    /// The same for the first `limit` keys behind a name, and the last of these; nil where there is none.
    public func keys(_ selection: Selection, after name: String?, limit: Int) -> (keys: [KeySummary], last: String?) {
        state.keys(selection, after: name, limit: limit)
    }

    /// How far the window is in the keys of a selection: what `meta.t` tells with a snapshot.
    public func marks(_ selection: Selection) -> KeyMarks {
        state.marks(selection)
    }

    /// The samples that a client has missed that was served by another assembler of the same Redis, or by this one long
    /// ago; nil where it cannot be shown that there was nothing else, so that it needs a snapshot.
    ///
    /// - Parameter now: the daemon's clock, Unix epoch in ms.
    public func missed(since position: StreamPosition, _ selection: Selection, now: Double) -> [Sample]? {
        position.marks.flatMap { state.missed(since: $0, selection, now: now) }
    }

    /// The number of the last emission; 0 before the first.
    public var seq: UInt64 { state.seq }

    /// Counters since the start.
    public var statistics: AssemblerStatistics { state.statistics }

    /// The rejections to be logged since the last call: at most one a minute and key, and 16 a minute of one host.
    public func takeRejectionReports() -> [RejectionReport] {
        state.takeRejectionReports()
    }
}

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
