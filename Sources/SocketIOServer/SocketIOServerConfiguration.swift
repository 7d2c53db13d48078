package import EngineIO
package import NIOCore
public import NIOHTTP1

/// The configuration of a ``SocketIOServer``, read once at its start. The defaults are those of the official server.
public struct SocketIOServerConfiguration: Sendable {
    /// The address to listen on: a host name or a literal IPv4 or IPv6 address.
    public var host: String = "127.0.0.1"
    /// The port to listen on. With 0 the system chooses a free one.
    public var port: Int = 8080
    /// The path of Socket.IO. It begins and ends with a slash. Other requests go to the HTTP service.
    public var path: String = "/socket.io/"
    /// The time from one answered ping to the next ping.
    public var pingInterval: Duration = .seconds(25)
    /// The time that a client has to answer a ping.
    public var pingTimeout: Duration = .seconds(20)
    /// The largest message that a client may send, in bytes. A larger one closes the connection with 1009.
    public var maxPayload: Int = 1_000_000
    /// The size in bytes from which the answer to a poll is compressed, for clients that accept gzip; nil means never.
    public var pollCompressionThreshold: Int? = 1024
    /// How messages over WebSockets are compressed, and for which clients: by default for all but those on this machine.
    public var messageCompression = MessageCompression()
    /// The time that a client has to join a namespace.
    public var connectTimeout: Duration = .seconds(45)
    /// The time that a WebSocket has to take over from polling. After that the session stays on polling.
    public var upgradeTimeout: Duration = .seconds(10)
    /// Which pages may connect.
    public var origins: OriginPolicy = .sameOrigin()
    /// The proxies that are believed about a request's client, scheme and host. By default none.
    public var trustedProxies = TrustedProxies.none
    /// What happens to the events of a client that reads too slowly, unless its namespace sets its own policy.
    public var overflow: OverflowPolicy = .disconnect
    /// Whether clients that come back get what they missed, unless their namespace sets this itself.
    public var connectionStateRecovery: ConnectionStateRecovery?
    /// Headers of every answer, including refusals and the answers of the HTTP service. A header that the answer sets
    /// itself stays.
    public var responseHeaders: HTTPHeaders = [:]
    /// How the arguments of events and answers are encoded and decoded.
    public var coding = ArgumentCoding()
    /// Limits on what strangers can make the server hold or do.
    public var limits = ServerLimits()
    /// Called on the event loop for each handshake, before the upgrade. False refuses it with 403.
    public var allowRequest: @Sendable (Handshake) -> Bool = { _ in true }
    /// The same for a decision that has to wait. It is called after ``allowRequest``. An error refuses with 403 and is
    /// logged. After `limits.requestTimeout` the client is answered 503. The waiting task is cancelled then, and also
    /// when the client leaves.
    public var allowRequestAsync: (@Sendable (Handshake) async throws -> Bool)?
    /// Headers to add to the first answer of each session (the upgrade to a WebSocket, or the first poll), such as a
    /// cookie for a proxy. It is the official server's `initial_headers`. Called on the event loop.
    public var initialHeaders: (@Sendable (Handshake) -> HTTPHeaders)?
    /// Headers to add to each HTTP answer of each session, including the first one. It is the official server's
    /// `headers`. Called on the event loop with the handshake of the answered request.
    public var headers: (@Sendable (Handshake) -> HTTPHeaders)?
    /// A cookie with the session's id, which its first answer sets; nil means none.
    public var cookie: SessionCookie?
    /// The official client's files, served below ``path``. With nil, requests for them go to the HTTP service.
    public var clientFiles: ClientFiles?

    /// Called before `allowRequest`, with the peer's address. A reason refuses with 403, and the client is told it.
    package var refuseRequest: @Sendable (ForwardedHeaders, String?) -> RequestRefusal? = { _, _ in nil }
    /// Puts TLS in front of a connection that was accepted; nil for none. Called on the event loop. See
    /// ``ConnectionSecurity`` for what its handlers say.
    package var secure: (@Sendable (any Channel) throws -> Void)?
    /// Headers of every answer on an encrypted connection, besides ``responseHeaders``.
    package var encryptedResponseHeaders: HTTPHeaders = [:]
    /// The names of the settings that refusals advise.
    package var settingNames = RequestRefusal.Settings()
    /// Answers messages of Engine.IO in place of Socket.IO, for tests of the lower protocol alone.
    package var answerMessage: (@Sendable (EngineMessage) -> EngineMessage)?
    /// Answers WebSocket messages in place of Engine.IO if a WebSocket opens a session, for tests of RFC 6455 alone.
    package var answerWebSocket: (@Sendable (EngineMessage) -> EngineMessage)?

    /// The defaults.
    public init() {}

    package var engine: EngineConfiguration {
        EngineConfiguration(
            pingInterval: pingInterval, pingTimeout: pingTimeout, maxPayload: maxPayload,
            upgradeTimeout: upgradeTimeout)
    }
}
