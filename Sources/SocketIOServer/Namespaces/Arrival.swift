import EngineIO
import NIOCore
import SocketIO

/// One client on its way into a namespace: which namespace, which parent, and what their checks say, one after the
/// other. Lives on the event loop. If no check has to wait, it is decided at once.
///
/// The time for waiting is limited, and the waiting task is cancelled when the client leaves. An answer after that is
/// ignored: there is only one outcome.
final class Arrival {
    enum Outcome {
        /// Let in. The handlers of `parent` are called first.
        case joined(Socket, through: ParentNamespace?, rooms: Set<String>, missed: [EncodedPacket])
        /// Refused. The client is told why.
        case refused(ConnectError)
    }

    private let name: String
    private let handshake: Handshake
    private let core: ServerCore
    /// Set until the outcome is reported, or until nobody wants it any more.
    private var decided: ((Outcome) -> Void)?
    private var namespace: Namespace?
    private var waiting: Task<Void, Never>?
    private var timeout: Scheduled<Void>?

    /// What is kept of the client until the decision.
    var heldBytes: Int { handshake.auth?.count ?? 0 }

    /// - Parameters:
    ///   - handshake: with the `auth` that the client sent for this namespace.
    ///   - decided: called once, unless the arrival is abandoned.
    init(at name: String, _ handshake: Handshake, _ core: ServerCore, decided: @escaping (Outcome) -> Void) {
        self.name = name
        self.handshake = handshake
        self.core = core
        self.decided = decided
    }

    func begin() { ask(core.namespaces.parents[...]) }

    /// The client has left.
    func abandon() {
        decided = nil
        end()
    }

    // MARK: The namespace

    /// The first parent that takes the client, in the order in which they were registered.
    private func ask(_ parents: ArraySlice<ParentNamespace>) {
        for (index, parent) in zip(parents.indices, parents) {
            let fits: Bool
            switch parent.rule {
            case .pattern(let pattern): fits = pattern.matches(name)
            case .immediate(let matches):
                do { fits = try matches(name, handshake.auth) } catch { return fail(error) }
            case .awaited(let matches):
                let (name, auth) = (name, handshake.auth)
                return wait(for: { try await matches(name, auth) }) { arrival, fits in
                    if fits { arrival.enter(through: parent) } else { arrival.ask(parents[(index + 1)...]) }
                }
            }
            if fits { return enter(through: parent) }
        }
        enter(through: nil)
    }

    private func enter(through parent: ParentNamespace?) {
        guard let namespace = core.namespaces.enter(name, through: parent) else {
            return tell(.refused(.invalidNamespace))
        }
        self.namespace = namespace
        let recovered = namespace.recover(handshake)
        let socket =
            recovered.map {
                Socket(recovering: $0.session, namespace: namespace, handshake: handshake, privateID: $0.privateID)
            }
            ?? Socket(
                id: EngineSessionID.random(), namespace: namespace, handshake: handshake,
                privateID: namespace.recovery == nil ? nil : EngineSessionID.random())
        let joined = Outcome.joined(
            socket, through: parent, rooms: recovered?.session.rooms ?? [], missed: recovered?.missed ?? [])
        guard recovered == nil || namespace.recovery?.skipMiddlewares == false else { return tell(joined) }
        let checks = [parent?.hooks, namespace.hooks].compactMap { $0 }
        check(socket, checks[...], from: 0) { $0.tell(joined) }
    }

    // MARK: The middleware

    /// The lists are read again at each step, so a check that is added while another one waits is asked too.
    private func check(
        _ socket: Socket, _ hooks: ArraySlice<NamespaceHooks>, from start: Int, passed: @escaping (Arrival) -> Void
    ) {
        guard let list = hooks.first else { return passed(self) }
        var index = start
        while let middleware = list.middleware(at: index) {
            index += 1
            switch middleware {
            case .immediate(let check):
                do { try check(socket) } catch { return fail(error) }
            case .awaited(let check):
                let next = index
                return wait(for: { try await check(socket) }) { arrival, _ in
                    arrival.check(socket, hooks, from: next, passed: passed)
                }
            }
        }
        check(socket, hooks.dropFirst(), from: 0, passed: passed)
    }

    // MARK: Waiting

    private func wait<Value: Sendable>(
        for decision: @escaping @Sendable () async throws -> Value, then: @escaping (Arrival, Value) -> Void
    ) {
        let eventLoop = core.eventLoop
        if timeout == nil {
            timeout = eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(core.configuration.connectTimeout)) {
                [weak self] in self?.tell(.refused(.timedOut))
            }
        }
        let bound = NIOLoopBound((arrival: self, then: then), eventLoop: eventLoop)
        waiting = Task {
            let result: Result<Value, any Error>
            do { result = .success(try await decision()) } catch { result = .failure(error) }
            eventLoop.execute {
                let (arrival, then) = bound.value
                guard arrival.decided != nil else { return }
                switch result {
                case .success(let value): then(arrival, value)
                case .failure(let error): arrival.fail(error)
                }
            }
        }
    }

    // MARK: The end

    private func fail(_ error: any Error) {
        if let error = error as? ConnectError { return tell(.refused(error)) }
        core.violated(.joinFailed, "\(name): \(error)", address: handshake.remoteAddress)
        tell(.refused(.failed))
    }

    private func tell(_ outcome: Outcome) {
        guard let decided else { return }
        self.decided = nil
        decided(outcome)
        end()
    }

    /// Removes a namespace that was made for this client, if nobody else is in it.
    private func end() {
        timeout?.cancel()
        waiting?.cancel()
        guard let namespace else { return }
        self.namespace = nil
        namespace.hasArrived()
        core.namespaces.releaseIfEmpty(namespace)
    }
}
