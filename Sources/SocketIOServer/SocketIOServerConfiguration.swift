package import EngineIO
public import NIOHTTP1

/// What a ``SocketIOServer`` is told once, at its start; the defaults are those of the official server.
public struct SocketIOServerConfiguration: Sendable {
    /// The address to listen on: a host name or a literal IPv4 or IPv6 address.
    public var host: String = "127.0.0.1"
    /// The port to listen on; 0 takes a free one.
    public var port: Int = 8080
    /// Where Socket.IO lives; begins and ends with a slash. Requests outside go to the HTTP service.
    public var path: String = "/socket.io/"
    /// Time from one answered ping to the next ping.
    public var pingInterval: Duration = .seconds(25)
    /// Time a client has to answer a ping.
    public var pingTimeout: Duration = .seconds(20)
    /// Largest message a client may send, in bytes; more closes the connection with 1009.
    public var maxPayload: Int = 1_000_000
    /// Bytes from which on the answer to a poll is compressed for clients that accept gzip; nil: never.
    public var pollCompressionThreshold: Int? = 1024
    /// Time a client has to join a namespace.
    public var connectTimeout: Duration = .seconds(45)
    /// Time a WebSocket has to take over from polling; then the session stays on polling.
    public var upgradeTimeout: Duration = .seconds(10)
    /// Which pages may connect.
    public var origins: OriginPolicy = .sameOrigin()
    /// The proxies whose word on a request's client, scheme and host is believed; by default none.
    public var trustedProxies = TrustedProxies.none
    /// What happens to the events of a client that reads too slowly, where a namespace does not say otherwise.
    public var overflow: OverflowPolicy = .disconnect
    /// Whether clients that come back get what they missed, where a namespace does not say otherwise.
    public var connectionStateRecovery: ConnectionStateRecovery?
    /// Headers of every answer, the HTTP service's and refusals among them, where the answer has not its own.
    public var responseHeaders: HTTPHeaders = [:]
    /// How the arguments of events and answers become JSON and come out of it.
    public var coding = ArgumentCoding()
    /// Bounds on what strangers can make the server hold or do.
    public var limits = ServerLimits()
    /// Asked for each handshake, before the upgrade, on the event loop; false refuses with 403.
    public var allowRequest: @Sendable (Handshake) -> Bool = { _ in true }
    /// The same where the decision has to be waited for; asked after ``allowRequest``. What it throws refuses with 403
    /// and is logged. After `limits.requestTimeout` the client is answered 503; the task that waits is cancelled then,
    /// and when the client goes.
    public var allowRequestAsync: (@Sendable (Handshake) async throws -> Bool)?
    /// Headers to add to the first answer of each session, the upgrade to a WebSocket or the first poll: a cookie for a
    /// proxy, for example. The official server's `initial_headers`; on the event loop.
    public var initialHeaders: (@Sendable (Handshake) -> HTTPHeaders)?
    /// Headers to add to each HTTP answer of each session, the first one too; the official server's `headers`. On the
    /// event loop. The handshake is that of the request that is answered.
    public var headers: (@Sendable (Handshake) -> HTTPHeaders)?
    /// A cookie with the session's id, set by its first answer; nil: none.
    public var cookie: SessionCookie?
    /// The official client's files, served below ``path``; nil: requests for them go to the HTTP service.
    public var clientFiles: ClientFiles?

    /// Asked before `allowRequest`, with the peer's address; a reason refuses with 403 and is told to the client.
    package var refuseRequest: @Sendable (ForwardedHeaders, String?) -> RequestRefusal? = { _, _ in nil }
    /// How refusals call the settings that they advise.
    package var settingNames = RequestRefusal.Settings()
    /// Answers messages of Engine.IO in place of Socket.IO: for tests of the lower protocol alone.
    package var answerMessage: (@Sendable (EngineMessage) -> EngineMessage)?
    /// Answers WebSocket messages in place of Engine.IO, where a WebSocket opens a session: for tests of RFC 6455 alone.
    package var answerWebSocket: (@Sendable (EngineMessage) -> EngineMessage)?

    /// The defaults.
    public init() {}

    package var engine: EngineConfiguration {
        EngineConfiguration(
            pingInterval: pingInterval, pingTimeout: pingTimeout, maxPayload: maxPayload,
            upgradeTimeout: upgradeTimeout)
    }
}
