import SampleContract

/// Turns what the follower saw into what clients get, and keeps the window for clients that come later.
///
/// Every client sees the same emissions. A snapshot at `seq` n and then each emission after n always give the content
/// of the window. If an executor is given, the actor lives there. Its owner on the same executor can then enter by
/// `assumeIsolated`, without a hop.
public actor StreamAssembler {
    /// The configuration of an assembler.
    public struct Configuration: Sendable {
        /// The limits of the window.
        public var limits = WindowLimits.standard
        /// How far in the future a score may be, in ms.
        public var maxSkewMs: Double = 300_000
        /// The longest member in bytes.
        public var maxMemberBytes = SampleLimits.memberBytes
        /// The beginning of the keys, before the first colon.
        public var prefix = "sa"
        /// When samples are sealed into frames.
        package var sealing = Sealing()

        /// The defaults of the contract.
        public init() {}
    }

    /// Provides an executor if the owner has none.
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
    /// - Parameter executor: where the actor lives, such as that of an event loop. It must outlive the actor.
    public init(configuration: Configuration = Configuration(), executor: (any SerialExecutor)? = nil) {
        self.executor = executor
        state = AssemblerState(configuration: configuration)
    }

    /// Takes changes in order, and gives what to tell clients.
    ///
    /// - Parameter now: the daemon's clock, Unix epoch in ms.
    public func apply(_ changes: [Change], now: Double) -> [Emission] {
        state.apply(changes, now: now)
    }

    /// Removes samples that are too old. Clients drop them by themselves.
    public func expire(now: Double) {
        state.expire(now: now)
    }

    /// The current window for a selection. If it would be longer than `maxBytes`, the oldest samples of all keys are
    /// left out evenly.
    public func snapshot(_ selection: Selection, maxBytes: Int = .max) -> Snapshot {
        state.snapshot(selection, maxBytes: maxBytes)
    }

    /// The keys that have to be read again since the last call: a sample left, and an older member of its `id` may stand
    /// in the key. Whoever follows them answers by ``Change/again(key:rows:)``.
    public func takeKeysToRead() -> [String] {
        state.takeKeysToRead()
    }

    /// The most bytes that this snapshot can take. Nothing is read for it.
    public func snapshotBytes(_ selection: Selection, maxBytes: Int) -> Int {
        state.snapshotBytes(selection, maxBytes: maxBytes)
    }

    /// How far back the window reaches.
    ///
    /// - Parameter now: the daemon's clock, Unix epoch in ms.
    public func depth(now: Double) -> WindowDepth { state.depth(now: now) }

    /// Prepares to read the newest samples of all keys that are newer than `t`: at most `limit` samples, with about
    /// `noteBytes` of ``SampleNotes`` at most. See ``WindowCursor``.
    public func read(
        _ selection: Selection, after t: Double, limit: Int, noteBytes: Int = .max
    ) -> (seq: UInt64, cursor: WindowCursor) {
        (state.seq, state.cursor(selection, after: t, limit: limit, noteBytes: noteBytes))
    }

    /// The next samples of a reader, oldest first: up to `maxBytes`, but at least one; none if all are read. The first
    /// call looks at all keys.
    public func next(_ cursor: WindowCursor, maxBytes: Int) -> (samples: [Sample], cursor: WindowCursor) {
        var cursor = cursor
        let samples = state.next(&cursor, maxBytes: maxBytes)
        return (samples, cursor)
    }

    /// One short step of a reader: the samples that it came to, none where it only looked for them; nil where all are
    /// read.
    package func step(_ cursor: inout WindowCursor, maxBytes: Int) -> [Sample]? {
        state.step(&cursor, maxBytes: maxBytes)
    }

    /// One short step of a reader of the past, without a slice where it only looked for samples; nil where all are read.
    package func step(_ cursor: PastCursor) -> (slice: PastSlice?, cursor: PastCursor)? {
        var cursor = cursor
        let (slice, isEnd) = state.step(&cursor)
        return isEnd ? nil : (slice, cursor)
    }

    /// The samples of a moment, of the first `limit` keys of a selection behind a name, and the last of these; nil where
    /// there is none. Of each host and probe that is the newest at or before `t` within three of its intervals.
    package func samples(
        at t: Double, _ selection: Selection, after name: String?, limit: Int
    ) -> (samples: [Sample], last: String?) {
        state.samples(at: t, selection, after: name, limit: limit)
    }

    /// The keys of a selection that have samples in the window, sorted by name.
    public func keys(_ selection: Selection) -> [KeySummary] {
        state.keys(selection)
    }

    /// The same for the first `limit` keys after a name, and the last of these; nil if there is none.
    public func keys(_ selection: Selection, after name: String?, limit: Int) -> (keys: [KeySummary], last: String?) {
        state.keys(selection, after: name, limit: limit)
    }

    /// The state of the keys of a selection, for `meta.t` of a snapshot; nil where it would take more than `maxBytes`.
    public func marks(_ selection: Selection, maxBytes: Int) -> KeyMarks? {
        state.marks(selection, maxBytes: maxBytes)
    }

    /// What a client has missed, after it was served by another assembler of the same Redis, or by this one long ago.
    /// Nothing is read for it. Nil if it would take more than `maxBytes`, or if it is not certain that nothing else has
    /// changed. Then the client needs a snapshot.
    ///
    /// - Parameter now: the daemon's clock, Unix epoch in ms.
    public func missed(
        since position: StreamPosition, _ selection: Selection, now: Double, maxBytes: Int
    ) -> MissedSamples? {
        position.marks.flatMap { state.missed(since: $0, selection, now: now, maxBytes: maxBytes) }
    }

    /// The samples of that, oldest first within a key, and the marks of their keys. Call it before anything changes.
    public func read(_ missed: MissedSamples) -> (samples: [Sample], marks: KeyMarks) {
        state.read(missed)
    }

    /// Where a client of this daemon stands that knows all of a selection so far; nil if that is of more than
    /// `keysAtMost` keys.
    public func position(_ selection: Selection, keysAtMost: Int) -> StreamPosition? {
        state.position(selection, keysAtMost: keysAtMost)
    }

    /// The number of the last emission; 0 before the first.
    public var seq: UInt64 { state.seq }

    /// Counters since the start.
    public var statistics: AssemblerStatistics { state.statistics }

    /// The rejections to log since the last call: at most one a minute for each key, and 16 a minute for each host.
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
    /// Samples that came into the window after a gap. They are sent in a snapshot and not emitted.
    public internal(set) var resynced = 0
    /// Samples whose key already had the same `id` with the same or a newer `t`.
    public internal(set) var duplicates = 0
    /// Samples for which the limits left no room.
    public internal(set) var belowFloor = 0
    /// Samples older than one that their key had already: they came late.
    public internal(set) var late = 0
    /// Members that were not samples, by reason.
    public internal(set) var rejected: [SampleRejection: Int] = [:]
    /// Names in samples' `details` that are of no member which can be a detail.
    public internal(set) var detailsIgnored = 0
    /// Samples in the window.
    public internal(set) var samples = 0
    /// Bytes in the window, as they are held.
    public internal(set) var bytes = 0
    /// Samples that the window's limits took from it.
    public internal(set) var left = WindowLosses()
    /// How often samples were sealed, and frames opened.
    public internal(set) var frames = FrameCounters()
    /// Keys in the window.
    public internal(set) var keys = 0
    /// The last emission's `seq`.
    public internal(set) var seq: UInt64 = 0
}
