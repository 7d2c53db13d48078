internal import NIOCore

/// One key's part in a batch: what is to be read of it next.
struct Look: Equatable {
    let key: String
    let need: KeyNeed
    var reads: [KeyRead]
    var expectedBytes: Int
    /// It is read in a pipeline of its own, as this key may be the one that breaks the connection.
    var isAlone = false
}

/// The keys that are looked at together. Their reads share pipelines, each of which asks for about a fixed number of
/// bytes at most (64 full windows at once cost Redis 150 MB of output buffer).
struct LookBatch: Equatable {
    private(set) var waiting: [Look] = []
    /// The number of the round that some of them are for; nil where all are looked at by the clock.
    var round: UInt64?

    init(_ looks: [Look] = []) {
        waiting = looks
    }

    var isEmpty: Bool { waiting.isEmpty }

    mutating func append(_ look: Look) {
        waiting.append(look)
    }

    /// The next pipeline: at least one look.
    mutating func takePipeline(maxBytes: Int) -> [Look] {
        var bytes = 0
        var count = 0
        for look in waiting {
            bytes += look.expectedBytes
            if count > 0, bytes > maxBytes || look.isAlone { break }
            count += 1
            if look.isAlone { break }
        }
        defer { waiting.removeFirst(count) }
        return Array(waiting.prefix(count))
    }
}

/// How many bytes are asked of Redis at once. It closes the connection of a client for which more wait than
/// `client-output-buffer-limit normal` allows.
struct ReplySizes: Equatable {
    private static let most = (pipeline: 8 << 20, part: 4 << 20)
    private static let least = 1024
    /// Redis does not close a connection for answers of fewer bytes than this.
    static let harmless = 64 << 10
    private static let growAfter = TimeAmount.minutes(10)

    private(set) var pipelineBytes = most.pipeline
    private var limit = most.pipeline
    /// Bytes of one part, for keys whose parts were too large.
    private var parts: [String: Int] = [:]
    private var lastCut: NIODeadline?

    var isUncut: Bool { lastCut == nil }

    func partBytes(of key: String) -> Int { min(parts[key] ?? Self.most.part, pipelineBytes) }

    /// What `client-output-buffer-limit` says of normal clients: `normal HARD SOFT SECONDS slave …`; nil without a
    /// bound.
    static func normalLimit(_ text: String) -> Int? {
        let words = text.split(separator: " ")
        guard let index = words.firstIndex(of: "normal"), index + 2 < words.count else { return nil }
        return [words[index + 1], words[index + 2]].compactMap { Int($0) }.filter { $0 > 0 }.min()
    }

    mutating func limit(_ bytes: Int) {
        // With room to spare: rows may be larger than those before them, and replies are larger than their rows.
        limit = max(Self.harmless, min(Self.most.pipeline, bytes / 4))
        pipelineBytes = min(pipelineBytes, limit)
    }

    mutating func cut(_ now: NIODeadline) {
        lastCut = now
        pipelineBytes = max(Self.harmless, pipelineBytes / 2)
    }

    /// False where the key's parts are as small as possible already.
    mutating func halve(_ key: String) -> Bool {
        let old = partBytes(of: key)
        parts[key] = max(Self.least, old / 4)
        return old > Self.least
    }

    mutating func tick(_ now: NIODeadline) {
        guard let lastCut, now - lastCut > Self.growAfter else { return }
        self.lastCut = nil
        pipelineBytes = limit
        parts = [:]
    }
}
