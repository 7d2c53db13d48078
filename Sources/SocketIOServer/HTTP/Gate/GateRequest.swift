import EngineIO
import NIOCore
import NIOHTTP1

/// One of our own requests, from its head to its answer.
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

    /// The same going another way.
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

    /// Behind a request to upgrade the decoder reads no further request.
    var isKeptAlive: Bool { !isLast && head.isKeepAlive && !head.isUpgrade && head.method != .CONNECT }

    /// Its answer has a header only.
    var isHead: Bool { head.method == .HEAD }

    /// The same, answered for the last time.
    var closing: GateRequest {
        var request = self
        request.isLast = true
        return request
    }
}

/// The body of a POST while it is read: kept up to the limit, then only counted so that the answer can be read.
struct PostBody {
    private let maxBytes: Int
    private var bytes: [UInt8] = []
    private let hopelessAt: Int
    private var count = 0

    init(maxBytes: Int, hopelessAt: Int) {
        self.maxBytes = maxBytes
        self.hopelessAt = hopelessAt
    }

    /// Whether so much came that the connection is not worth reading on.
    var isHopeless: Bool { count > hopelessAt }

    var heldBytes: Int { bytes.capacity }

    /// Nil where it is too large.
    var whole: [UInt8]? { count <= maxBytes ? bytes : nil }

    mutating func append(_ chunk: ByteBuffer) {
        count += chunk.readableBytes
        if count <= maxBytes { bytes.append(contentsOf: chunk.readableBytesView) } else { bytes = [] }
    }
}
