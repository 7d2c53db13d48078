import JSONBytes
import SeededRandom
import SocketIO
import TestSupport
import Testing

struct SocketPacketReaderTests {
    private static func json(_ texts: String...) -> [[UInt8]] { texts.map { Array($0.utf8) } }

    static let samples: [(String, SocketPacket)] = [
        ("0", .connect(namespace: "/", payload: nil)),
        (#"0{"token":"123"}"#, .connect(namespace: "/", payload: Array(#"{"token":"123"}"#.utf8))),
        ("0/custom,", .connect(namespace: "/custom", payload: nil)),
        ("0/custom", .connect(namespace: "/custom", payload: nil)),
        ("0/custom,{}", .connect(namespace: "/custom", payload: Array("{}".utf8))),
        ("1", .disconnect(namespace: "/")), ("1/custom,", .disconnect(namespace: "/custom")),
        (#"2["hey"]"#, .event(namespace: "/", SocketEvent(name: "hey"))),
        (
            #"2["hey",1,{"a":[2]}]"#,
            .event(namespace: "/", SocketEvent(name: "hey", arguments: json("1", #"{"a":[2]}"#)))
        ),
        (#"2/custom,0["hey"]"#, .event(namespace: "/custom", SocketEvent(name: "hey", ackID: 0))),
        (#"212["h\u00e9y"]"#, .event(namespace: "/", SocketEvent(name: "héy", ackID: 12))),
        ("2[1234]", .event(namespace: "/", SocketEvent(name: "1234"))),
        ("30[]", .ack(namespace: "/", id: 0, arguments: [], attachments: [])),
        (#"3/custom,456["a",2]"#, .ack(namespace: "/custom", id: 456, arguments: json("\"a\"", "2"), attachments: [])),
        (#"4{"message":"no"}"#, .connectError(namespace: "/", payload: Array(#"{"message":"no"}"#.utf8))),
        (#"50-["hey"]"#, .event(namespace: "/", SocketEvent(name: "hey"))),
    ]

    @Test(arguments: samples)
    func `a packet is read`(_ text: String, _ packet: SocketPacket) throws {
        var reader = SocketPacketReader()
        #expect(try reader.receive(text: Array(text.utf8)) == packet)
    }

    @Test func `a binary event waits for its attachments`() throws {
        var reader = SocketPacketReader()
        let text = #"52-/custom,7["hey",{"_placeholder":true,"num":0},[{"_placeholder":true,"num":1}]]"#
        #expect(try reader.receive(text: Array(text.utf8)) == nil)
        #expect(try reader.receive(binary: [1]) == nil)
        let packet = try reader.receive(binary: [2, 3])
        guard case .event("/custom", let event) = packet else {
            Issue.record("\(String(describing: packet))")
            return
        }
        #expect(event.name == "hey")
        #expect(event.ackID == 7)
        #expect(event.attachments == [[1], [2, 3]])
        #expect(try reader.receive(text: Array("1".utf8)) == .disconnect(namespace: "/"))
    }

    @Test func `a binary answer waits for its attachments`() throws {
        var reader = SocketPacketReader()
        #expect(try reader.receive(text: Array(#"61-5[{"_placeholder":true,"num":0}]"#.utf8)) == nil)
        let arguments = Self.json(#"{"_placeholder":true,"num":0}"#)
        #expect(
            try reader.receive(binary: [9]) == .ack(namespace: "/", id: 5, arguments: arguments, attachments: [[9]]))
    }

    @Test(arguments: [
        ("", SocketPacketError.empty), ("7", .unknownType(UInt8(ascii: "7"))), ("abc", .unknownType(UInt8(ascii: "a"))),
        ("0[1]", .payloadNotObject), ("0\"x\"", .payloadNotObject), ("0null", .payloadNotObject),
        ("1{}", .unexpectedPayload), ("2", .missingPayload), ("2[]", .invalidEventName), ("2[null]", .invalidEventName),
        (#"2[["x"]]"#, .invalidEventName), (#"2["connect"]"#, .reservedEventName("connect")),
        (#"2["connect_error"]"#, .reservedEventName("connect_error")),
        (#"2["disconnect"]"#, .reservedEventName("disconnect")),
        (#"2["disconnecting"]"#, .reservedEventName("disconnecting")),
        (#"2["newListener"]"#, .reservedEventName("newListener")),
        (#"2["removeListener"]"#, .reservedEventName("removeListener")),
        (#"2["disc\u006fnnect"]"#, .reservedEventName("disconnect")), ("3[]", .missingAckID), ("30", .missingPayload),
        (#"5["x"]"#, .missingAttachmentCount), (#"51["x"]"#, .missingAttachmentCount),
        (#"511-["x"]"#, .tooManyAttachments(limit: 10)), (#"21234567890123456["x"]"#, .ackIDOutOfRange),
        (#"51-["x",{"_placeholder":true,"num":1}]"#, .invalidPlaceholder),
        (#"51-["x",{"_placeholder":true,"num":-1}]"#, .invalidPlaceholder),
        (#"51-["x",{"_placeholder":true,"num":"0"}]"#, .invalidPlaceholder),
        (#"51-["x",{"_placeholder":true,"num":0.5}]"#, .invalidPlaceholder),
        (#"51-["x",{"_placeholder":true}]"#, .invalidPlaceholder),
    ])
    func `what is no packet is told why`(_ text: String, _ error: SocketPacketError) {
        var reader = SocketPacketReader()
        #expect(throws: error) { try reader.receive(text: Array(text.utf8)) }
    }

    @Test(arguments: ["2{}", "2abc[\"x\"]", "2[\"x\"", "2[\"x\"]]", "2[\"x\",]", "0{", "4"])
    func `broken JSON is refused`(_ text: String) {
        var reader = SocketPacketReader()
        #expect(throws: SocketPacketError.self) { try reader.receive(text: Array(text.utf8)) }
    }

    @Test func `JSON that is too deep is refused`() {
        var reader = SocketPacketReader()
        let deep = "2[\"x\"," + String(repeating: "[", count: 513) + String(repeating: "]", count: 513) + "]"
        #expect(throws: SocketPacketError.self) { try reader.receive(text: Array(deep.utf8)) }
    }

    @Test func `text between attachments is refused, and bytes that nobody announced`() throws {
        var reader = SocketPacketReader()
        #expect(throws: SocketPacketError.unexpectedAttachment) { try reader.receive(binary: [1]) }
        _ = try reader.receive(text: Array(#"51-["x",{"_placeholder":true,"num":0}]"#.utf8))
        #expect(throws: SocketPacketError.attachmentExpected) { try reader.receive(text: Array("1".utf8)) }
    }

    @Test func `what is written is read`() throws {
        var reader = SocketPacketReader()
        let arguments = Self.json("1", "\"a\"")
        for namespace in ["/", "/custom"] {
            let event = SocketPacketWriter.event("he\"y", arguments: arguments, namespace: namespace, ackID: 3).bytes
            #expect(
                try reader.receive(text: event)
                    == .event(namespace: namespace, SocketEvent(name: "he\"y", arguments: arguments, ackID: 3)))
            let ack = SocketPacketWriter.ack(id: 4, arguments: arguments, namespace: namespace).bytes
            #expect(
                try reader.receive(text: ack)
                    == .ack(namespace: namespace, id: 4, arguments: arguments, attachments: []))
            let disconnect = SocketPacketWriter.disconnect(namespace: namespace)
            #expect(try reader.receive(text: disconnect) == .disconnect(namespace: namespace))
        }
    }

    @Test func `the CONNECT answer carries the sid only`() {
        let text = SocketPacketWriter.connected(namespace: "/custom", id: "wZX3oN0bSVIhsaknAAAI")
        #expect(String(decoding: text, as: UTF8.self) == #"0/custom,{"sid":"wZX3oN0bSVIhsaknAAAI"}"#)
    }

    @Test func `any messages give packets or a typed error`() {
        var generator = SeededGenerator(seed: 5)
        let pieces = [
            "0", "1", "2", "3", "4", "5", "6", "1-", "2-", "/a", ",", "[", "]", "{", "}", "\"x\"", "\"", "\\", ":",
            "12",
            "-1", "null", "{\"_placeholder\":true,\"num\":0}", "é", "\u{0}", " ",
        ].map { Array($0.utf8) }
        var reader = SocketPacketReader()
        var read = 0
        for round in 0..<200_000 {
            let count = Int.random(in: 0...8, using: &generator)
            var bytes = (0..<count).flatMap { _ in pieces[Int.random(in: pieces.indices, using: &generator)] }
            if round % 5 == 0 { bytes.append(UInt8.random(in: 0...255, using: &generator)) }
            do throws(SocketPacketError) {
                let packet =
                    round % 7 == 0 ? try reader.receive(binary: bytes) : try reader.receive(text: bytes)
                if packet != nil { read += 1 }
            } catch {
                reader = SocketPacketReader()
            }
        }
        #expect(read > 1_000)
    }
}
