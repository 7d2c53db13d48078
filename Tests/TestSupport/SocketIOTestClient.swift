package import JSONBytes

/// A Socket.IO client for tests: one namespace over one WebSocket; answers pings by itself.
///
/// Waiting has no time-out of its own, but ends with its task: give the test a time limit. Everything waits without polling.
package actor SocketIOTestClient {
    /// An event from the server.
    package struct Event: Sendable, Equatable {
        package let name: String
        /// The arguments after the name.
        package let arguments: [JSONValue]
        /// Set where the server wants an answer.
        package let ackID: Int?
        /// The whole packet after the Engine.IO type, as it came.
        package let text: String
    }

    /// The server refused the namespace.
    package struct ConnectRefused: Error, Sendable, Equatable {
        package let payload: String

        package init(payload: String) { self.payload = payload }
    }

    /// The connection ended while something was awaited.
    package struct Closed: Error, Sendable, Equatable {
        package let code: UInt16?
    }

    package nonisolated let socket: WebSocketClient
    package nonisolated let namespace: String
    /// The payload of the open packet.
    package private(set) var open = ""
    /// The payload of the CONNECT answer.
    package private(set) var connected = ""

    private var events: [Event] = []
    private var acks: [Int: [JSONValue]] = [:]
    private var nextAck = 0
    private var isDisconnected = false
    private var closed: Closed?
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var reader: Task<Void, Never>?

    /// Connects and joins the namespace.
    ///
    /// - Parameter auth: A JSON object, as text.
    /// - Throws: ``ConnectRefused``, ``Closed``, or what the handshake throws.
    package static func connect(
        port: Int, namespace: String = "/", auth: String? = nil, headers: [(String, String)] = [],
        path: String = "/socket.io/"
    ) async throws -> SocketIOTestClient {
        let socket = try await WebSocketClient.connect(
            port: port, path: "\(path)?EIO=4&transport=websocket", headers: headers)
        let client = SocketIOTestClient(socket: socket, namespace: namespace)
        try await client.join(auth: auth)
        return client
    }

    private init(socket: WebSocketClient, namespace: String) {
        self.socket = socket
        self.namespace = namespace
    }

    deinit { reader?.cancel() }

    /// Sends an event; the arguments are JSON texts.
    package func emit(_ event: String, _ arguments: String...) async throws {
        try await socket.send(text: packet("2", id: nil, ["\"\(event)\""] + arguments))
    }

    /// Sends an event and waits for its answer.
    package func emitWithAck(_ event: String, _ arguments: String...) async throws -> [JSONValue] {
        try await emitWithAck(event, arguments)
    }

    /// The same, with a list of arguments.
    package func emitWithAck(_ event: String, _ arguments: [String]) async throws -> [JSONValue] {
        let id = nextAck
        nextAck += 1
        try await socket.send(text: packet("2", id: id, ["\"\(event)\""] + arguments))
        while true {
            if let answer = acks.removeValue(forKey: id) { return answer }
            try await more()
        }
    }

    /// Answers an event of the server.
    package func acknowledge(_ event: Event, _ arguments: String...) async throws {
        try await socket.send(text: packet("3", id: event.ackID, arguments))
    }

    /// Takes the oldest event of that name that has not been taken, waiting for it if need be.
    package func next(_ name: String) async throws -> Event {
        while true {
            if let index = events.firstIndex(where: { $0.name == name }) { return events.remove(at: index) }
            try await more()
        }
    }

    /// Takes the oldest event of any name.
    package func nextEvent() async throws -> Event {
        while events.isEmpty { try await more() }
        return events.removeFirst()
    }

    /// Takes all events that have come.
    package func takeAll() -> [Event] {
        defer { events = [] }
        return events
    }

    /// Waits until the server makes this client leave the namespace.
    package func untilDisconnected() async throws {
        while !isDisconnected { try await more() }
    }

    /// Waits for the end of the connection and tells its close code.
    package func untilClosed() async -> UInt16? {
        while closed == nil, !Task.isCancelled { try? await more() }
        return closed?.code
    }

    /// Leaves the namespace; the connection stays.
    package func leave() async throws { try await socket.send(text: packet("1", id: nil, nil)) }

    /// Cuts the connection.
    package func disconnect() async throws { try await socket.disconnect() }

    private func join(auth: String?) async throws {
        start()
        while open.isEmpty { try await more() }
        try await socket.send(text: "40\(namespace == "/" ? "" : namespace + ",")\(auth ?? "")")
        while connected.isEmpty {
            if let refusal { throw ConnectRefused(payload: refusal) }
            try await more()
        }
    }

    private var refusal: String?

    private func start() {
        reader = Task { [weak self, frames = socket.frames] in
            for await frame in frames { await self?.take(frame) }
            await self?.ended(code: nil)
        }
    }

    private func more() async throws {
        if let closed { throw closed }
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiting.append($0) }
        } onCancel: {
            // Runs once the wait above has begun: this actor takes one at a time.
            Task { await self.wake() }
        }
        try Task.checkCancellation()
    }

    private func wake() {
        let woken = waiting
        waiting = []
        for continuation in woken { continuation.resume() }
    }

    private func ended(code: UInt16?) {
        if closed == nil { closed = Closed(code: code) }
        wake()
    }

    private func take(_ frame: WebSocketClient.Frame) async {
        switch frame {
        case .close(let code):
            try? await socket.send(close: code)
            ended(code: code)
        case .text("2"): try? await socket.send(text: "3")
        case .text(let text) where text.hasPrefix("0"): open = String(text.dropFirst())
        case .text(let text) where text.hasPrefix("4"): take(packet: text.dropFirst())
        // It never offers compression.
        case .text, .binary, .compressed, .ping, .pong: break
        }
        wake()
    }

    private func take(packet: Substring) {
        var rest = packet.dropFirst()
        if rest.hasPrefix("/") { rest = rest.drop { $0 != "," }.dropFirst() }
        let id = Int(rest.prefix { $0.isNumber })
        let json = rest.drop { $0.isNumber }
        switch packet.first {
        case "0": connected = String(rest)
        case "1": isDisconnected = true
        case "2": event(json, id: id, text: packet)
        case "3": if let id { acks[id] = (try? JSONValue(parsing: Array(json.utf8)))?.array }
        case "4": refusal = String(rest)
        default: break
        }
    }

    private func event(_ json: Substring, id: Int?, text: Substring) {
        guard let elements = (try? JSONValue(parsing: Array(json.utf8)))?.array, let name = elements.first?.string
        else {
            return
        }
        events.append(Event(name: name, arguments: Array(elements.dropFirst()), ackID: id, text: String(text)))
    }

    private func packet(_ type: String, id: Int?, _ elements: [String]?) -> String {
        let prefix = namespace == "/" ? "" : namespace + ","
        let payload = elements.map { "[\($0.joined(separator: ","))]" } ?? ""
        return "4\(type)\(prefix)\(id.map(String.init) ?? "")\(payload)"
    }
}
