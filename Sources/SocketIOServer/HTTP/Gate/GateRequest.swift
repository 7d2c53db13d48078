import EngineIO
import NIOCore
import NIOHTTP1

/// One request of Socket.IO, from its head to its answer.
struct GateRequest {
    let head: HTTPRequestHead
    let route: GateRoute
    /// Who sent it, and how, before proxies passed it on.
    let way: ForwardedRequest
    /// The CORS headers of its answer, and those that the application adds.
    var sharing: [GateResponse.Header]
    /// Set for a POST of a session.
    var post: Post?
    private var isLast = false

    struct Post {
        let connection: ClientConnection
        var body: PostBody
    }

    /// The same request with another route.
    func rerouted(_ route: GateRoute) -> GateRequest {
        GateRequest(head, route, way, sharing: sharing)
    }

    private init(
        _ head: HTTPRequestHead, _ route: GateRoute, _ way: ForwardedRequest, sharing: [GateResponse.Header]
    ) {
        self.head = head
        self.route = route
        self.way = way
        self.sharing = sharing
    }

    init(_ head: HTTPRequestHead, _ route: GateRoute, _ way: ForwardedRequest, origins: OriginPolicy) {
        self.head = head
        self.route = route
        self.way = way
        switch route {
        case .refuse(.forbidden), .answer: sharing = []
        default:
            sharing = origins.sharingHeaders(origin: head.headers.first(name: "origin"))
                .map { GateResponse.Header($0.name, $0.value) }
        }
    }

    /// After a request to upgrade, the decoder reads no further request.
    var isKeptAlive: Bool { !isLast && head.isKeepAlive && !head.isUpgrade && head.method != .CONNECT }

    /// Whether its head says what the answer is, and nothing begins with that answer.
    var isSettled: Bool {
        switch route {
        case .answer, .refuse, .options, .headOfPolling, .session(_, .invalid): true
        // Only of a session that is here, a body is read.
        case .session(_, .post): post == nil
        case .http, .openPolling, .openWebSocket, .session(_, .poll), .session(_, .upgrade): false
        }
    }

    /// Its answer has a header only.
    var isHead: Bool { head.method == .HEAD }

    /// The same, with the connection's last answer.
    var closing: GateRequest {
        var request = self
        request.isLast = true
        return request
    }
}

/// The body of a POST while it is read. Up to the limit it is kept. Beyond that it is only counted, so that the client
/// gets to read the answer.
struct PostBody {
    private let maxBytes: Int
    private var bytes: [UInt8] = []
    private let hopelessAt: Int
    private var count = 0

    init(maxBytes: Int, hopelessAt: Int) {
        self.maxBytes = maxBytes
        self.hopelessAt = hopelessAt
    }

    /// Whether so much has come that the connection is not worth reading any further.
    var isHopeless: Bool { count > hopelessAt }

    var heldBytes: Int { bytes.capacity }

    /// Nil if it is too large.
    var whole: [UInt8]? { count <= maxBytes ? bytes : nil }

    mutating func append(_ chunk: ByteBuffer) {
        count += chunk.readableBytes
        if count <= maxBytes { bytes.append(contentsOf: chunk.readableBytesView) } else { bytes = [] }
    }
}
