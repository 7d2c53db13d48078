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

    /// All before `head` are done. An empty queue owns no memory.
    private var pipelines: [Pipeline] = []
    private var head = 0
    /// Request bytes not yet fully answered.
    private(set) var bytes = 0

    private var first: Pipeline? { isEmpty ? nil : pipelines[head] }

    var isEmpty: Bool { head == pipelines.count }

    /// The earliest deadline of all.
    var deadline: NIODeadline? { first?.deadline }

    var isHeartbeatFirst: Bool { first.map { $0.id == nil } ?? false }

    mutating func append(_ pipeline: Pipeline) {
        // All pipelines before this one have to be answered first: its deadline holds for them too. So the first
        // deadline is always the earliest.
        for index in pipelines[head...].indices.reversed() {
            guard pipelines[index].deadline > pipeline.deadline else { break }
            pipelines[index].deadline = pipeline.deadline
        }
        bytes += pipeline.bytes
        pipelines.append(pipeline)
    }

    mutating func replyReceived(_ reply: RESPValue) -> Outcome {
        if isEmpty { return .nobodyWaits }
        if pipelines[head].replies.isEmpty { pipelines[head].replies.reserveCapacity(pipelines[head].expected) }
        pipelines[head].replies.append(reply)
        guard pipelines[head].replies.count == pipelines[head].expected else { return .incomplete }
        bytes -= pipelines[head].bytes
        let outcome = Outcome.complete(pipelines[head].tag, pipelines[head].replies)
        removeFirst()
        return outcome
    }

    private mutating func removeFirst() {
        pipelines[head].tag = nil
        pipelines[head].replies = []
        head += 1
        if head == pipelines.count {
            pipelines.removeAll(keepingCapacity: head <= 1024)
            head = 0
        } else if head >= 64, head * 2 > pipelines.count {
            pipelines.removeFirst(head)
            head = 0
        }
    }

    mutating func cancel(id: UInt64) -> Tag? {
        guard let index = pipelines[head...].firstIndex(where: { $0.id == id }) else { return nil }
        let tag = pipelines[index].tag
        pipelines[index].tag = nil
        return tag
    }

    /// The tags that still wait.
    mutating func removeAll() -> [Tag] {
        defer {
            pipelines = []
            (head, bytes) = (0, 0)
        }
        return pipelines[head...].compactMap(\.tag)
    }
}
