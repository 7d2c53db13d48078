/// The keys that are looked at together: all conversations advance in common pipelines, none of which asks for much
/// more than a fixed number of bytes (64 full windows at once cost Redis 150 MB of output buffer).
struct LookBatch: Equatable {
    private(set) var waiting: [Look] = []

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
