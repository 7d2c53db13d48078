internal import NIOCore

/// How much is asked of Redis at once: it closes the connection of a client for which more waits than its
/// `client-output-buffer-limit normal` allows.
struct ReplySizes: Equatable {
    private static let most = (pipeline: 8 << 20, part: 4 << 20)
    private static let least = 1024
    /// Answers of fewer bytes are not what a connection was closed for.
    static let harmless = 64 << 10
    private static let growAfter = TimeAmount.minutes(10)

    private(set) var pipelineBytes = most.pipeline
    private var limit = most.pipeline
    /// Of keys whose parts were too large.
    private var parts: [String: Int] = [:]
    private var lastCut: NIODeadline?

    var isUncut: Bool { lastCut == nil }

    func partBytes(of key: String) -> Int { min(parts[key] ?? Self.most.part, pipelineBytes) }

    /// What `client-output-buffer-limit` says of normal clients: `normal HARD SOFT SECONDS slave …`; nil without a bound.
    static func normalLimit(_ text: String) -> Int? {
        let words = text.split(separator: " ")
        guard let index = words.firstIndex(of: "normal"), index + 2 < words.count else { return nil }
        return [words[index + 1], words[index + 2]].compactMap { Int($0) }.filter { $0 > 0 }.min()
    }

    mutating func limit(_ bytes: Int) {
        // Rows are larger than those before them, and replies than their rows.
        limit = max(Self.harmless, min(Self.most.pipeline, bytes / 4))
        pipelineBytes = min(pipelineBytes, limit)
    }

    mutating func cut(_ now: NIODeadline) {
        lastCut = now
        pipelineBytes = max(Self.harmless, pipelineBytes / 2)
    }

    /// False where the key's parts are as small as can be already.
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
