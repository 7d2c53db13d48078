/// Events that ask many clients for an answer.
extension BroadcastOperator {
    /// Sends an event to each of them and waits for all answers. Gives the first argument of each answer.
    ///
    /// - Returns: What each has answered, or why it has not, by the id of its socket.
    /// - Throws: ``ArgumentError`` if the name is reserved or an argument has no JSON form. Then nothing has been sent.
    public func emitWithAck<Reply: Decodable & Sendable, each Argument: Encodable>(
        _ event: String, _ arguments: repeat each Argument, as reply: Reply.Type, timeout: Duration = .seconds(10)
    ) async throws(ArgumentError) -> [String: Result<Reply, AckError>] {
        try await answers(
            to: event, try EventArguments(repeat each arguments, coding: namespace.coding), timeout: timeout
        )
        .mapValues { answer in
            Result { () throws(AckError) in try answer.get().decodeReply(reply) }
        }
    }

    /// The same with several arguments of each answer: `as: Int.self, String.self` gives `(Int, String)`.
    ///
    /// - Returns: What each has answered, or why it has not, by the id of its socket.
    /// - Throws: ``ArgumentError`` if the name is reserved or an argument has no JSON form. Then nothing has been sent.
    public func emitWithAck<First, Second, each Rest, each Argument: Encodable>(
        _ event: String, _ arguments: repeat each Argument, as first: First.Type, _ second: Second.Type,
        _ rest: repeat (each Rest).Type, timeout: Duration = .seconds(10)
    ) async throws(ArgumentError) -> [String: Result<(First, Second, repeat each Rest), AckError>]
    where
        First: Decodable & Sendable, Second: Decodable & Sendable, repeat each Rest: Decodable & Sendable
    {
        let answers = try await answers(
            to: event, try EventArguments(repeat each arguments, coding: namespace.coding), timeout: timeout)
        var replies: [String: Result<(First, Second, repeat each Rest), AckError>] = [:]
        for (id, answer) in answers {
            do throws(AckError) {
                replies[id] = .success(try answer.get().decodeReply(first, second, repeat each rest))
            } catch {
                replies[id] = .failure(error)
            }
        }
        return replies
    }

    /// Sends an event to each of them and waits for all answers, as the official server's `emitWithAck` does.
    ///
    /// - Returns: The first argument of each answer, in no order.
    /// - Throws: ``BroadcastAckError`` with the answers of the others if one of them has not answered as asked;
    ///   ``ArgumentError`` if nothing could be sent.
    public func emitWithAcks<Reply: Decodable & Sendable, each Argument: Encodable>(
        _ event: String, _ arguments: repeat each Argument, as reply: Reply.Type, timeout: Duration = .seconds(10)
    ) async throws -> [Reply] {
        var replies: [Reply] = []
        var failures: [String: AckError] = [:]
        for (id, answer) in try await emitWithAck(event, repeat each arguments, as: reply, timeout: timeout) {
            switch answer {
            case .success(let reply): replies.append(reply)
            case .failure(let error): failures[id] = error
            }
        }
        guard failures.isEmpty else { throw BroadcastAckError(replies: replies, failures: failures) }
        return replies
    }

    private func answers(
        to event: String, _ content: EventArguments, timeout: Duration
    ) async throws(ArgumentError) -> [String: Result<EventArguments, AckError>] {
        try ArgumentError.checkIsFree(event)
        return await withTaskGroup(of: (String, Result<EventArguments, AckError>).self) { group in
            for socket in fetchSockets() {
                group.addTask { (socket.id, await socket.answer(to: event, content, timeout: timeout)) }
            }
            var answers: [String: Result<EventArguments, AckError>] = [:]
            for await (id, answer) in group { answers[id] = answer }
            return answers
        }
    }
}

/// Some clients have not answered, or their answer has another type than asked for.
public struct BroadcastAckError: Error, CustomStringConvertible {
    /// The answers of the others.
    public let replies: [any Sendable]
    /// Why there is no answer, by the id of the socket.
    public let failures: [String: AckError]

    /// How many clients of how many.
    public var description: String {
        "\(failures.count) of \(failures.count + replies.count) clients have not answered as asked"
    }
}
