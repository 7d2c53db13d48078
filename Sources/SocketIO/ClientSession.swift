/// All that Socket.IO knows about one connection. Messages go in, and what to do comes out.
///
/// It knows which packet may come when. A packet that breaks a rule ends the connection, as in the official server.
package struct ClientSession: Sendable {
    package typealias Instant = ContinuousClock.Instant

    /// A rule that the client broke.
    package enum Violation: Error, Equatable, Sendable {
        case packet(SocketPacketError)
        /// CONNECT to a namespace that the client is in.
        case connectedTwice(namespace: String)
        /// Any other packet for a namespace that the client is not in.
        case notJoined(namespace: String)
        /// CONNECT_ERROR: only servers send it.
        case wrongDirection
        case tooManyNamespaces(limit: Int)
    }

    package enum ReceiveAction: Equatable, Sendable {
        case nothing
        /// Ask the middleware, then call `accept` or `refuse`.
        case authorize(namespace: String, auth: [UInt8]?)
        /// Answer with CONNECT_ERROR "Invalid namespace"; the connection stays.
        case refuseUnknown(namespace: String)
        case event(namespace: String, SocketEvent)
        case acknowledged(namespace: String, id: Int, arguments: [[UInt8]], attachments: [[UInt8]])
        case left(namespace: String)
        case close(Violation)
    }

    private static let maxNamespaces = 100

    private var reader: SocketPacketReader
    private var namespaces: [String: NamespaceSession] = [:]
    private var hasJoined = false
    /// The session ends at this time unless it has joined a namespace by then.
    private let connectDeadline: Instant

    package init(
        connectTimeout: Duration, maxDepth: Int = SocketPacketReader.defaultMaxDepth, now: Instant
    ) {
        reader = SocketPacketReader(maxDepth: maxDepth)
        connectDeadline = now + connectTimeout
    }

    /// When to ask `connectTimedOut`; nil once the client has joined a namespace.
    package var deadline: Instant? { hasJoined ? nil : connectDeadline }

    package func connectTimedOut(now: Instant) -> Bool { !hasJoined && now >= connectDeadline }

    /// Bytes held of an event or an answer whose attachments have not all come; 0 if there is none.
    package var heldBytes: Int { reader.heldBytes }

    /// - Parameter isKnown: whether the server may have a namespace of that name.
    package mutating func receive(text: [UInt8], isKnown: (String) -> Bool) -> ReceiveAction {
        do throws(SocketPacketError) {
            let packet = try reader.receive(text: text)
            // If nobody wants the packet, nobody has to wait for its attachments.
            if packet == nil, let namespace = reader.collected?.namespaceOfEvent, !isJoined(namespace) {
                return .close(.notJoined(namespace: namespace))
            }
            return take(packet, isKnown: isKnown)
        } catch {
            return .close(.packet(error))
        }
    }

    package mutating func receive(binary: [UInt8]) -> ReceiveAction {
        do throws(SocketPacketError) {
            return take(try reader.receive(binary: binary)) { _ in false }
        } catch {
            return .close(.packet(error))
        }
    }

    /// The middleware let the client in. Returns false if the client has left in the meantime.
    package mutating func accept(namespace: String, id: String) -> Bool {
        let accepted = namespaces[namespace]?.accept(id: id) ?? false
        hasJoined = hasJoined || accepted
        return accepted
    }

    /// The middleware refused the client, or the server makes it leave. Returns false if there was nothing to leave.
    package mutating func leave(namespace: String) -> Bool {
        // Forget the name: refused names must not use up the limit for the namespaces that the client is in.
        namespaces.removeValue(forKey: namespace) != nil
    }

    private mutating func take(_ packet: SocketPacket?, isKnown: (String) -> Bool) -> ReceiveAction {
        switch packet {
        case nil:
            return .nothing
        case .connect(let namespace, let payload):
            return connect(namespace, payload, isKnown: isKnown(namespace))
        case .disconnect(let namespace):
            guard isJoined(namespace) else { return .close(.notJoined(namespace: namespace)) }
            return leave(namespace: namespace) ? .left(namespace: namespace) : .nothing
        case .event(let namespace, let event):
            guard isJoined(namespace) else { return .close(.notJoined(namespace: namespace)) }
            return .event(namespace: namespace, event)
        case .ack(let namespace, let id, let arguments, let attachments):
            guard isJoined(namespace) else { return .close(.notJoined(namespace: namespace)) }
            return .acknowledged(namespace: namespace, id: id, arguments: arguments, attachments: attachments)
        case .connectError:
            return .close(.wrongDirection)
        }
    }

    private mutating func connect(_ namespace: String, _ payload: [UInt8]?, isKnown: Bool) -> ReceiveAction {
        guard isKnown else { return .refuseUnknown(namespace: namespace) }
        if namespaces[namespace] == nil {
            guard namespaces.count < Self.maxNamespaces else {
                return .close(.tooManyNamespaces(limit: Self.maxNamespaces))
            }
            namespaces[namespace] = NamespaceSession()
        } else if namespaces[namespace]?.connectReceived() == false {
            return .close(.connectedTwice(namespace: namespace))
        }
        return .authorize(namespace: namespace, auth: payload)
    }

    private func isJoined(_ namespace: String) -> Bool { namespaces[namespace]?.isJoined ?? false }
}

extension SocketPacket {
    fileprivate var namespaceOfEvent: String? {
        switch self {
        case .event(let namespace, _), .ack(let namespace, _, _, _): namespace
        case .connect, .disconnect, .connectError: nil
        }
    }
}

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

    /// Whether CONNECT is allowed now. A client may join again after it has left.
    package mutating func connectReceived() -> Bool {
        guard state == .left else { return false }
        state = .authorizing
        return true
    }

    /// Returns false if the client is not waiting any more.
    package mutating func accept(id: String) -> Bool {
        guard state == .authorizing else { return false }
        state = .joined(id: id)
        return true
    }

    /// Returns false if the client had neither joined nor asked to.
    package mutating func leave() -> Bool {
        guard state != .left else { return false }
        state = .left
        return true
    }
}
