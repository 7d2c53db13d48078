import EngineIO
import Testing

struct EngineRequestTests {
    @Test func `a WebSocket handshake is in order`() throws {
        let request = EngineRequest(isGET: true, isUpgrade: true, query: "EIO=4&transport=websocket&t=abc")
        #expect(try request.validateHandshake(transports: [.websocket]) == .websocket)
    }

    @Test(arguments: [
        ("EIO=4", EngineRequestError.unknownTransport), ("", .unknownTransport),
        ("EIO=4&transport=abc", .unknownTransport), ("EIO=4&transport=polling", .unknownTransport),
        ("EIO=4&transport=websocket&sid=zzz", .unknownSession), ("transport=websocket", .unsupportedProtocolVersion),
        ("EIO=3&transport=websocket", .unsupportedProtocolVersion),
        ("EIO=abc&transport=websocket", .unsupportedProtocolVersion),
    ])
    func `a wrong query is refused with its code`(_ query: String, _ error: EngineRequestError) {
        let request = EngineRequest(isGET: true, isUpgrade: true, query: Substring(query))
        #expect(throws: error) { try request.validateHandshake(transports: [.websocket]) }
    }

    @Test func `a handshake has to be a GET`() {
        let request = EngineRequest(isGET: false, isUpgrade: true, query: "EIO=4&transport=websocket")
        #expect(throws: EngineRequestError.badHandshakeMethod) {
            try request.validateHandshake(transports: [.websocket])
        }
    }

    @Test(arguments: [(false, "websocket"), (true, "polling")])
    func `the transport has to fit the upgrade`(_ isUpgrade: Bool, _ transport: String) {
        let request = EngineRequest(isGET: true, isUpgrade: isUpgrade, query: "EIO=4&transport=\(transport)")
        #expect(throws: EngineRequestError.badRequest) {
            try request.validateHandshake(transports: [.polling, .websocket])
        }
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
        (CloseReason.messageTooLarge, UInt16?.some(1009)), (.invalidUTF8, 1007), (.serverShuttingDown, 1001),
        (.parseError, nil), (.pingTimeout, nil), (.invalidHeartbeatDirection, nil), (.connectTimeout, nil),
    ])
    func `each reason closes with its code`(_ reason: CloseReason, _ code: UInt16?) {
        #expect(reason.webSocketCode == code)
    }
}
