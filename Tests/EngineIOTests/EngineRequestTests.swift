import EngineIO
import Testing

struct EngineRequestTests {
    @Test(arguments: [("websocket", true, EngineTransport.websocket), ("polling", false, .polling)])
    func `a handshake is in order`(_ name: String, _ isUpgrade: Bool, _ transport: EngineTransport) throws {
        let request = EngineRequest(method: .get, isUpgrade: isUpgrade, query: "EIO=4&transport=\(name)&t=abc")
        #expect(try request.target() == .open(transport))
    }

    @Test(arguments: [
        ("EIO=4", EngineRequestError.unknownTransport), ("", .unknownTransport),
        ("EIO=4&transport=abc", .unknownTransport), ("transport=websocket", .unsupportedProtocolVersion),
        ("EIO=3&transport=websocket", .unsupportedProtocolVersion),
        ("EIO=abc&transport=websocket", .unsupportedProtocolVersion),
    ])
    func `a wrong query is refused with its code`(_ query: String, _ error: EngineRequestError) {
        let request = EngineRequest(method: .get, isUpgrade: true, query: Substring(query))
        #expect(throws: error) { try request.target() }
    }

    @Test(arguments: [EngineRequest.Method.post, .other])
    func `a handshake has to be a GET`(_ method: EngineRequest.Method) {
        let request = EngineRequest(method: method, isUpgrade: true, query: "EIO=4&transport=websocket")
        #expect(throws: EngineRequestError.badHandshakeMethod) { try request.target() }
    }

    @Test(arguments: [(false, "websocket"), (true, "polling")])
    func `the transport has to fit the upgrade`(_ isUpgrade: Bool, _ transport: String) {
        let request = EngineRequest(method: .get, isUpgrade: isUpgrade, query: "EIO=4&transport=\(transport)")
        #expect(throws: EngineRequestError.badRequest) { try request.target() }
    }

    @Test(
        arguments: [
            ("polling", .get, false, .poll), ("polling", .post, false, .post), ("websocket", .get, true, .upgrade),
            ("polling", .other, false, .invalid), ("polling", .get, true, .invalid),
            ("websocket", .get, false, .invalid), ("websocket", .post, true, .invalid),
        ] as [(String, EngineRequest.Method, Bool, EngineRequest.SessionRequest)])
    func `a request with a sid is its session's, whatever its EIO`(
        _ transport: String, _ method: EngineRequest.Method, _ isUpgrade: Bool, _ expected: EngineRequest.SessionRequest
    ) throws {
        let request = EngineRequest(method: method, isUpgrade: isUpgrade, query: "transport=\(transport)&sid=zzz")
        #expect(try request.target() == .session("zzz", expected))
    }

    @Test(
        arguments: zip(
            EngineRequestError.allCases,
            [
                "Transport unknown", "Session ID unknown", "Bad handshake method", "Bad request", "Forbidden",
                "Unsupported protocol version",
            ]))
    func `each error has its official code, wording and status`(_ error: EngineRequestError, _ message: String) {
        #expect(error.json == "{\"code\":\(error.rawValue),\"message\":\"\(message)\"}")
        #expect(error.status == (error == .forbidden ? 403 : 400))
    }

    @Test(arguments: [
        (CloseReason.messageTooLarge, UInt16?.some(1009)), (.invalidUTF8, 1007), (.invalidCompression, 1007),
        (.serverShuttingDown, 1001),
        (.parseError, nil), (.pingTimeout, nil), (.invalidHeartbeatDirection, nil), (.connectTimeout, nil),
    ])
    func `each reason closes with its code`(_ reason: CloseReason, _ code: UInt16?) {
        #expect(reason.webSocketCode == code)
    }
}
