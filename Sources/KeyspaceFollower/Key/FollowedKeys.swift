internal import NIOCore
internal import StreamAssembly

/// A cursor for each key that is followed.
struct FollowedKeys {
    private let perKey: Int
    private let latestScore: @Sendable () -> Double
    private let isSample: @Sendable (_ row: Row, _ key: String) -> Bool
    private(set) var cursors: [String: KeyCursor] = [:]
    /// Keys some of whose members wait for their time.
    private var early: Set<String> = []
    /// Keys of which newer members left, so that older ones have to take their places.
    private var short: Set<String> = []
    /// Of all keys, for those not yet read.
    private var averageRowBytes = 4096

    /// - Parameters:
    ///   - perKey: how many of the newest members of a key are followed.
    ///   - latestScore: the highest score that is taken at this moment.
    ///   - isSample: whether a row is a sample; others take no place among the newest.
    init(
        perKey: Int, latestScore: @escaping @Sendable () -> Double,
        isSample: @escaping @Sendable (_ row: Row, _ key: String) -> Bool
    ) {
        self.perKey = perKey
        self.latestScore = latestScore
        self.isSample = isSample
    }

    func contains(_ key: String) -> Bool { cursors[key] != nil }

    /// In place: a cursor is large to move.
    mutating func change(_ key: String, _ body: (inout KeyCursor) -> Void) {
        guard let index = cursors.index(forKey: key) else { return }
        body(&cursors.values[index])
    }

    /// Anything may have happened to any key.
    mutating func doubtAll() {
        for key in Array(cursors.keys) { change(key) { $0.doubt.raise() } }
    }

    /// Nothing is known of the key any more, not even that it exists.
    mutating func forget(_ key: String) {
        cursors[key] = nil
        cursors.letRoomGo()
    }

    /// The connection was lost: nothing that was asked is answered.
    mutating func abandonReads() {
        for key in Array(cursors.keys) { change(key) { $0.abandon() } }
    }

    // MARK: - Reads

    /// The first reads of a look, and about how many bytes their answers have. A key that is not known is followed from
    /// now on.
    mutating func begin(
        _ key: String, _ need: KeyNeed, partBytes: Int, now: NIODeadline
    ) -> (reads: [KeyRead], expectedBytes: Int) {
        // The cursor is taken out while it changes: otherwise its window would be copied.
        var cursor =
            cursors.removeValue(forKey: key)
            ?? KeyCursor(key: key, perKey: perKey, averageRowBytes: averageRowBytes)
        cursor.doubt.lookBegins(now: now)
        let reads = cursor.begin(need, within: .init(ceiling: latestScore(), partBytes: partBytes))
        let bytes = cursor.expectedReplyBytes(reads)
        cursors[key] = cursor
        return (reads, bytes)
    }

    /// What follows from the answers to the reads given last. Nil where the key is not followed.
    mutating func received(
        _ answers: [KeyAnswer], to key: String, into changes: inout [Change]
    ) -> (step: KeyCursor.Step, expectedBytes: Int, isDoubtful: Bool)? {
        guard var cursor = cursors.removeValue(forKey: key) else { return nil }
        let step = cursor.received(answers, into: &changes) { isSample($0, key) }
        averageRowBytes = cursor.averageRowBytes
        let bytes = if case .read(let reads) = step { cursor.expectedReplyBytes(reads) } else { 0 }
        let isDoubtful = cursor.doubt.isDoubtful
        keep(cursor)
        return (step, bytes, isDoubtful)
    }

    // MARK: - Writes

    /// Applies a write whose exact effect is known. Nil for a key that is not followed.
    mutating func apply(
        _ command: SortedSetCommand, to key: String, into changes: inout [Change]
    ) -> KeyCursor.Application? {
        guard var cursor = cursors.removeValue(forKey: key) else { return nil }
        let application = cursor.apply(command, ceiling: latestScore(), into: &changes)
        if application == .absent { cursors.letRoomGo() } else { keep(cursor) }
        return application
    }

    private mutating func keep(_ cursor: consuming KeyCursor) {
        let key = cursor.key
        if cursor.beyond.next != nil { early.insert(key) }
        if cursor.window.isShort { short.insert(key) }
        cursors[key] = cursor
    }

    /// The keys that became short of members since the last call and still are: they are in doubt now.
    mutating func takeShort() -> [String] {
        if short.isEmpty { return [] }
        defer { short = [] }
        var taken: [String] = []
        for key in short where cursors[key]?.window.isShort == true {
            change(key) { $0.doubt.raise() }
            taken.append(key)
        }
        return taken
    }

    /// The keys with a member whose time has come since the last read, of which nothing else tells.
    mutating func takeRipe() -> [String] {
        if early.isEmpty { return [] }
        let ceiling = latestScore()
        var ripe: [String] = []
        for key in early {
            guard let next = cursors[key]?.beyond.next else {
                early.remove(key)
                continue
            }
            if next <= ceiling { ripe.append(key) }
        }
        return ripe
    }
}
