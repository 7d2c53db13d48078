import NIOCore
import SocketIO
import Synchronization

/// Events that ask the client for an answer.
extension Socket {
    typealias AckCallback = @Sendable (Result<EventArguments, AckError>) -> Void

    /// Sends an event, waits for the client's answer, and gives its first argument.
    ///
    /// ```swift
    /// let agreed = try await socket.emitWithAck("agreed?", terms, as: Bool.self, timeout: .seconds(5))
    /// ```
    /// - Throws: ``AckError``; `cancelled` as soon as the waiting task is.
    public func emitWithAck<Reply: Decodable & Sendable, each Argument: Encodable>(
        _ event: String, _ arguments: repeat each Argument, as reply: Reply.Type, timeout: Duration = .seconds(10)
    ) async throws(AckError) -> Reply {
        let content: EventArguments
        do throws(ArgumentError) {
            content = try EventArguments(repeat each arguments, coding: namespace.coding)
        } catch {
            throw .notEncodable(error)
        }
        return try await answer(to: event, content, timeout: timeout).get().decodeReply(reply)
    }

    /// The same with several arguments of the answer: `as: Int.self, String.self` gives `(Int, String)`.
    ///
    /// - Throws: ``AckError``; `cancelled` as soon as the waiting task is.
    public func emitWithAck<First, Second, each Rest, each Argument: Encodable>(
        _ event: String, _ arguments: repeat each Argument, as first: First.Type, _ second: Second.Type,
        _ rest: repeat (each Rest).Type, timeout: Duration = .seconds(10)
    ) async throws(AckError) -> (First, Second, repeat each Rest)
    where
        First: Decodable & Sendable, Second: Decodable & Sendable, repeat each Rest: Decodable & Sendable
    {
        let content: EventArguments
        do throws(ArgumentError) {
            content = try EventArguments(repeat each arguments, coding: namespace.coding)
        } catch {
            throw .notEncodable(error)
        }
        return try await answer(to: event, content, timeout: timeout).get()
            .decodeReply(first, second, repeat each rest)
    }

    /// Sends an event with raw arguments, and hands the client's answer to `completion`.
    ///
    /// - Parameter completion: Called once on the event loop.
    /// - Throws: ``ArgumentError`` if the name is reserved. Then `completion` is not called.
    public func emitWithAck(
        _ event: String, _ arguments: EventArguments, timeout: Duration,
        completion: @escaping @Sendable (Result<EventArguments, AckError>) -> Void
    ) throws(ArgumentError) {
        try ArgumentError.checkIsFree(event)
        onLoop { self.sendExpectingAck(event, arguments, timeout, completion) }
    }

    func answer(
        to event: String, _ arguments: EventArguments, timeout: Duration
    ) async -> Result<EventArguments, AckError> {
        let wait = AckWait()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                wait.begin(continuation)
                do throws(ArgumentError) {
                    try emitWithAck(event, arguments, timeout: timeout) { wait.end($0) }
                } catch {
                    wait.end(.failure(.notEncodable(error)))
                }
            }
        } onCancel: {
            wait.end(.failure(.cancelled))
        }
    }

    private func sendExpectingAck(
        _ event: String, _ arguments: EventArguments, _ timeout: Duration, _ completion: @escaping AckCallback
    ) {
        guard let connection else { return completion(.failure(.disconnected)) }
        let deadline = namespace.server.clock.now + timeout
        let limit = namespace.server.configuration.limits.pendingAcks
        guard let id = state.value.acks.add(completion, deadline: deadline, limit: limit) else {
            return completion(.failure(.tooMany(limit: limit)))
        }
        let text = SocketPacketWriter.event(
            event, arguments: arguments.json, namespace: namespace.name, ackID: id,
            attachmentCount: arguments.attachments.count)
        let packet = EncodedPacket(socketPacket: text, attachments: arguments.attachments)
        if namespace.isOverheard { notifyOutgoing(packet) }
        connection.send(packet, .reply)
        connection.ackExpected(by: deadline)
    }

    // MARK: From the connection

    /// Whether the server is waiting for an answer of this client.
    var awaitsAnswers: Bool { state.value.acks.count > 0 }

    func acknowledged(id: Int, _ answer: EventArguments) { state.value.acks.answered(id)?(.success(answer)) }

    /// Fails the answers that are late, and gives the next deadline.
    func expireAcks(now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        for callback in state.value.acks.timedOut(now: now) { callback(.failure(.timedOut)) }
        return state.value.acks.deadline
    }
}

extension EventArguments {
    func decodeReply<First: Decodable, Second: Decodable, each Rest: Decodable>(
        _ first: First.Type, _ second: Second.Type, _ rest: repeat (each Rest).Type
    ) throws(AckError) -> (First, Second, repeat each Rest) {
        do throws(ArgumentError) {
            return try decode(as: first, second, repeat each rest)
        } catch {
            throw .unexpectedAnswer(error)
        }
    }

    func decodeReply<Reply: Decodable>(_ type: Reply.Type) throws(AckError) -> Reply {
        do throws(ArgumentError) {
            return try decode(as: type)
        } catch {
            throw .unexpectedAnswer(error)
        }
    }
}

/// One waiting task. It resumes with whatever comes first: the answer, the time-out, or the task's cancellation.
private final class AckWait: Sendable {
    private enum State {
        case idle
        case waiting(CheckedContinuation<Result<EventArguments, AckError>, Never>)
        case ended(Result<EventArguments, AckError>)
    }

    private let state = Mutex<State>(.idle)

    func begin(_ continuation: CheckedContinuation<Result<EventArguments, AckError>, Never>) {
        let early = state.withLock { state -> Result<EventArguments, AckError>? in
            if case .ended(let result) = state { return result }
            state = .waiting(continuation)
            return nil
        }
        if let early { continuation.resume(returning: early) }
    }

    func end(_ result: Result<EventArguments, AckError>) {
        let continuation = state.withLock { state -> CheckedContinuation<Result<EventArguments, AckError>, Never>? in
            defer { if case .ended = state {} else { state = .ended(result) } }
            if case .waiting(let continuation) = state { return continuation }
            return nil
        }
        continuation?.resume(returning: result)
    }
}
