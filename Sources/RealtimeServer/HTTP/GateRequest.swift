import EngineIO
import NIOHTTP1

/// One of our own requests, from its head to its answer.
struct GateRequest {
    let head: HTTPRequestHead
    let route: GateRoute
    /// The CORS headers of its answer.
    let sharing: [GateResponse.Header]
    /// Set for a POST of a session.
    var post: Post?

    struct Post {
        let connection: ClientConnection
        var body: PostBody
    }

    init(_ head: HTTPRequestHead, route: GateRoute, sharing: [GateResponse.Header]) {
        self.head = head
        self.route = route
        self.sharing = sharing
    }

    init(_ head: HTTPRequestHead, _ route: GateRoute, origins: OriginPolicy) {
        self.head = head
        self.route = route
        let origin = head.headers.first(name: "origin")
        sharing =
            route == .refuse(.forbidden)
            ? [] : origins.sharingHeaders(origin: origin).map { GateResponse.Header($0.name, $0.value) }
    }

    /// Behind a request to upgrade the decoder reads no further request.
    var isKeptAlive: Bool { head.isKeepAlive && !head.isUpgrade }
}
