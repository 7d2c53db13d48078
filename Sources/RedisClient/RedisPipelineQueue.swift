internal import NIOCore
internal import RESP

/// The pipelines sent and not yet fully answered, oldest first: Redis answers in the order of the commands.
struct RedisPipelineQueue<Tag> {
    struct Pipeline {
        /// Nil for the heartbeat.
        let id: UInt64?
        /// Nil where nobody waits: the heartbeat, or a cancelled caller.
        var tag: Tag?
        let expected: Int
        let bytes: Int
        var deadline: NIODeadline
        var replies: [RESPValue] = []

        init(id: UInt64?, tag: Tag?, expected: Int, bytes: Int, deadline: NIODeadline) {
            self.id = id
            self.tag = tag
            self.expected = expected
            self.bytes = bytes
            self.deadline = deadline
        }
    }

    enum Outcome {
        case nobodyWaits
        case incomplete
        case complete(Tag?, [RESPValue])
    }

    private var pipelines = CircularBuffer<Pipeline>()
    /// Request bytes not yet fully answered.
    private(set) var bytes = 0

    var isEmpty: Bool { pipelines.isEmpty }

    /// The earliest deadline of all.
    var deadline: NIODeadline? { pipelines.first?.deadline }

    var isHeartbeatFirst: Bool { pipelines.first.map { $0.id == nil } ?? false }

    mutating func append(_ pipeline: Pipeline) {
        // An answer to this one needs answers to all before it: its deadline holds for them too, and the first
        // deadline stays the earliest.
        for index in pipelines.indices.reversed() {
            guard pipelines[index].deadline > pipeline.deadline else { break }
            pipelines[index].deadline = pipeline.deadline
        }
        bytes += pipeline.bytes
        pipelines.append(pipeline)
    }

    mutating func replyReceived(_ reply: RESPValue) -> Outcome {
        guard var first = pipelines.popFirst() else { return .nobodyWaits }
        if first.tag != nil, first.replies.isEmpty { first.replies.reserveCapacity(first.expected) }
        first.replies.append(reply)
        guard first.replies.count == first.expected else {
            pipelines.prepend(first)
            return .incomplete
        }
        bytes -= first.bytes
        return .complete(first.tag, first.replies)
    }

    mutating func cancel(id: UInt64) -> Tag? {
        guard let index = pipelines.firstIndex(where: { $0.id == id }) else { return nil }
        let tag = pipelines[index].tag
        pipelines[index].tag = nil
        return tag
    }

    /// The tags that still wait.
    mutating func removeAll() -> [Tag] {
        defer {
            pipelines.removeAll()
            bytes = 0
        }
        return pipelines.compactMap(\.tag)
    }
}
