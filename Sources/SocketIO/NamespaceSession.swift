/// One client in one namespace as a value (Socket.IO v5 §Connection to a namespace).
package struct NamespaceSession: Sendable, Equatable {
    package enum State: Sendable, Equatable {
        /// The client asked to join; the middleware has not decided yet.
        case authorizing
        case joined(id: String)
        case left
    }

    package private(set) var state: State = .authorizing

    package init() {}

    package var isJoined: Bool {
        if case .joined = state { true } else { false }
    }

    /// Whether CONNECT is allowed now: a namespace that was left may be joined again.
    package mutating func connectReceived() -> Bool {
        guard state == .left else { return false }
        state = .authorizing
        return true
    }

    /// False where the client is no longer waiting.
    package mutating func accept(id: String) -> Bool {
        guard state == .authorizing else { return false }
        state = .joined(id: id)
        return true
    }

    /// False where the client had not joined or asked to.
    package mutating func leave() -> Bool {
        guard state != .left else { return false }
        state = .left
        return true
    }
}
