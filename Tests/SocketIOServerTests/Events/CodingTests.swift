import FoundationEssentials
import JSONBytes
import SocketIOServer
import TestSupport
import Testing

/// What arguments may hold, on its way through the server and in and out of Swift's types.
@Suite(.timeLimit(.minutes(1)))
struct CodingTests {
    // MARK: Half of a character (RFC 8259 §8.2)

    static let halves = [
        #""cut \ud83d""#, #""\udc00""#, #""\ud83d\ud83d\udc00""#, #""\uD83Dx""#, #"{"\ud800":["\udfff"]}"#,
        #""\ud800\n""#,
        #""\\ud800 \ud83d\ude00""#,
    ]

    @Test(arguments: halves) func `half of a character is carried byte for byte`(_ json: String) async throws {
        try await Self.serving { running in
            let socket = try await WebSocketClient.connect(port: running.port, path: RunningServer.target)
            _ = await socket.next()
            try await socket.send(text: "40{\"a\":\(json)}")
            _ = await socket.next()
            #expect(await socket.next() == .text("42[\"auth\",{\"a\":\(json)}]"))
            try await socket.send(text: "42[\"back\",\(json),2]")
            #expect(await socket.next() == .text("42[\"back\",\(json),2]"))
        }
    }

    @Test func `an event's name may hold half of a character, and is passed on as it came`() async throws {
        try await Self.serving { running in
            let socket = try await Self.join(running.port)
            try await socket.send(text: #"42["\ud83d",1]"#)
            #expect(await socket.next() == .text(#"42["\ud83d",1]"#))
        }
    }

    @Test func `an answer may hold half of a character both ways`() async throws {
        try await Self.serving { running in
            let socket = try await Self.join(running.port)
            try await socket.send(text: #"427["ask"]"#)
            #expect(await socket.next() == .text(#"420["question"]"#))
            try await socket.send(text: #"430["\udfff"]"#)
            #expect(await socket.next() == .text(#"437["\udfff"]"#))
        }
    }

    @Test(
        arguments: [
            (#""cut \ud83d""#, "cut \u{fffd}"), (#""\ud83d\ude00""#, "😀"), (#""\\ud83d""#, #"\ud83d"#),
            (#""\ud83d\ud83d\ude00\udc00""#, "\u{fffd}😀\u{fffd}"), (#""\uD83Dx""#, "\u{fffd}x"), (#""plain""#, "plain"),
        ])
    func `in a string half of a character becomes U+FFFD`(_ json: String, _ expected: String) throws {
        #expect(try EventArguments(json: [Array(json.utf8)]).decode(as: String.self) == expected)
        #expect(try JSONValue(parsing: Array(json.utf8), allowsLoneSurrogates: true) == .string(expected))
    }

    // MARK: Depth

    @Test(arguments: [(512, 512, true), (512, 513, false), (3, 3, true), (3, 4, false), (1_000, 1_000, true)])
    func `arguments nest as deep as the limit says`(_ limit: Int, _ depth: Int, _ isTaken: Bool) async throws {
        try await Self.serving({ $0.limits.jsonDepth = limit }) { running in
            let socket = try await Self.join(running.port)
            let json = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            try await socket.send(text: "42[\"back\",\(json)]")
            #expect(await socket.next() == (isTaken ? .text("42[\"back\",\(json)]") : .close(nil)))
        }
    }

    @Test(arguments: ["[", "{\"a\":"]) func `what nests 512 deep is decoded, and 500 deep encoded`(_ opening: String)
        throws
    {
        func nested(_ depth: Int) -> [UInt8] {
            let (first, last) = opening == "[" ? ("[", "]") : ("{", "}")
            let outer = String(repeating: opening, count: depth - 1)
            return Array((outer + first + last + String(repeating: last, count: depth - 1)).utf8)
        }
        let deepest = nested(512)
        let value = try EventArguments(json: [deepest]).decode(as: JSONValue.self)
        #expect(value.description == String(decoding: deepest, as: UTF8.self))
        #expect(try EventArguments(JSONValue(parsing: nested(500), maxDepth: 512)).json == [nested(500)])
        // Deeper than Foundation goes: an error, whatever the depth.
        #expect(throws: ArgumentError.self) { try EventArguments(JSONValue(parsing: nested(600), maxDepth: 1_000)) }
    }

    // MARK: Dates

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1_795_935_600_123, "2026-11-29T07:00:00.123Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"), (253_402_300_800_000, "+010000-01-01T00:00:00.000Z"),
            (-62_198_755_200_000, "-000001-01-01T00:00:00.000Z"),
            (8_640_000_000_000_000, "+275760-09-13T00:00:00.000Z"),
        ] as [(Int64, String)])
    func `a date travels as JavaScript writes it`(_ ms: Int64, _ text: String) throws {
        let date = Date(timeIntervalSince1970: Double(ms) / 1000)
        let arguments = try EventArguments(date, ["at": date])
        #expect(arguments.json == [Array("\"\(text)\"".utf8), Array("{\"at\":\"\(text)\"}".utf8)])
        let (first, second) = try arguments.decode(as: Date.self, [String: Date].self)
        #expect((first.timeIntervalSince1970 * 1000).rounded() == Double(ms))
        #expect(second == ["at": first])
    }

    @Test(
        arguments: [
            ("2026-11-30T07:00:00Z", 0), ("2026-11-30T08:30:00+01:30", 0), ("2026-11-30T06:00:00.250-01:00", 0.25),
            ("2026-11-30T07:00:00.123456Z", 0.123456),
        ])
    func `a date is read with an offset and any decimals`(_ text: String, _ fraction: Double) throws {
        let date = try EventArguments(json: [Array("\"\(text)\"".utf8)]).decode(as: Date.self)
        #expect(abs(date.timeIntervalSince1970 - (1_796_022_000 + fraction)) < 0.000_001)
    }

    @Test(arguments: [
        "2026-02-30T00:00:00Z", "2026-11-30", "now", "2026-13-01T00:00:00Z", "2026-11-30T24:00:00Z",
        "2026-11-30T07:00:00",
    ])
    func `what is no date is told`(_ text: String) {
        let error = #expect(throws: ArgumentError.self) {
            try EventArguments(json: [Array("\"\(text)\"".utf8)]).decode(as: Date.self)
        }
        #expect(error?.description == "argument 0: expected a date as 2026-11-30T07:00:00.123Z")
    }

    @Test func `the server's encoder and decoder are the application's to set`() async throws {
        let change: (inout SocketIOServerConfiguration) -> Void = {
            $0.coding.prepareEncoder = { $0.dateEncodingStrategy = .millisecondsSince1970 }
            $0.coding.prepareDecoder = { $0.dateDecodingStrategy = .millisecondsSince1970 }
        }
        try await Self.serving(change) { running in
            let socket = try await Self.join(running.port)
            try await socket.send(text: "421[\"later\",1000]")
            #expect(await socket.next() == .text("42[\"later\",2000]"))
            #expect(await socket.next() == .text("431[3000]"))
        }
    }

    // MARK: Steps

    private static func join(_ port: Int) async throws -> WebSocketClient {
        let client = try await WebSocketClient.connect(port: port, path: RunningServer.target)
        _ = await client.next()
        try await client.send(text: "40")
        _ = await client.next()
        _ = await client.next()
        return client
    }

    private static func serving(
        _ change: (inout SocketIOServerConfiguration) -> Void = { _ in }, _ body: (RunningServer) async throws -> Void
    ) async throws {
        let setUp: (SocketIOServer) -> Void = { server in
            server.of("/").onConnection { socket in
                try socket.emit("auth", json: [socket.handshake.auth ?? Array("{}".utf8)])
                socket.onEvent("back") { try socket.emit("back", $0.content) }
                socket.onUnknown { event in
                    if let name = event.rawName { try socket.emit(EncodedEvent(rawName: name, event.content)) }
                }
                socket.onEvent("ask") { event in
                    try socket.emitWithAck("question", EventArguments(), timeout: .seconds(30)) { answer in
                        if case .success(let answer) = answer { event.ack?(answer) }
                    }
                }
                socket.on("later") { (date: Date) throws -> Date in
                    try socket.emit("later", date + 1)
                    return date + 2
                }
            }
        }
        try await RunningServer.with(.make(change), setUp: setUp, body)
    }
}
