import EngineIO
import SeededRandom
import TestSupport
import Testing

struct EnginePacketTests {
    static let samples: [(String, EnginePacket)] = [
        ("0{}", .open(Array("{}".utf8))), ("1", .close), ("2", .ping([])), ("2probe", .ping(Array("probe".utf8))),
        ("3", .pong([])), ("3probe", .pong(Array("probe".utf8))), ("4", .message([])),
        ("4hällo", .message(Array("hällo".utf8))), ("5", .upgrade), ("6", .noop), ("bAQIDBA==", .binary([1, 2, 3, 4])),
        ("b", .binary([])),
    ]

    @Test(arguments: samples)
    func `a packet is read and written`(_ text: String, _ packet: EnginePacket) throws {
        #expect(try EnginePacket(text: text.utf8) == packet)
        #expect(packet.text == Array(text.utf8))
    }

    @Test(arguments: ["1x", "5x", "6x"])
    func `bytes behind a type without payload are ignored`(_ text: String) throws {
        #expect(try EnginePacket(text: text.utf8).text == [text.utf8.first])
    }

    @Test(arguments: [
        ("", EnginePacketError.empty), ("7", .unknownType(UInt8(ascii: "7"))), ("a", .unknownType(UInt8(ascii: "a"))),
        (" 4", .unknownType(UInt8(ascii: " "))), ("b*", .invalidBase64),
        ("bA", .invalidBase64), ("bAQ=I", .invalidBase64), ("bAQID=", .invalidBase64),
    ])
    func `what is no packet is told why`(_ text: String, _ error: EnginePacketError) {
        #expect(throws: error) { try EnginePacket(text: text.utf8) }
    }

    @Test func `a polling body holds packets in order`() throws {
        let packets = Self.samples.map(\.1)
        let body = EnginePayload.encode(packets)
        #expect(try EnginePayload.decode(body) == packets)
        #expect(EnginePayload.encode([.message(Array("a".utf8)), .noop]) == Array("4a\u{1e}6".utf8))
    }

    @Test(arguments: [[], [0x1e], Array("4a\u{1e}".utf8), Array("\u{1e}4a".utf8)])
    func `a polling body with an empty packet is refused`(_ body: [UInt8]) {
        #expect(throws: EnginePacketError.empty) { try EnginePayload.decode(body) }
    }

    @Test func `a polling body is read one packet after another, up to the fault`() throws {
        var reader = EnginePayload.Reader(Array("4a\u{1e}4b\u{1e}x".utf8))
        #expect(try reader.next() == .message(Array("a".utf8)))
        #expect(try reader.next() == .message(Array("b".utf8)))
        #expect(throws: EnginePacketError.unknownType(UInt8(ascii: "x"))) { try reader.next() }
        #expect(try reader.next() == nil)
    }

    @Test(arguments: 0..<64)
    func `base64 gives back every length`(_ length: Int) {
        var generator = SeededGenerator(seed: UInt64(length))
        let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let text = Base64.encode(bytes)
        #expect(Base64.decode(text) == bytes)
        #expect(Base64.decode(text.filter { $0 != UInt8(ascii: "=") }) == bytes)
        #expect(text.count % 4 == 0)
    }

    @Test func `any bytes give packets or a typed error`() {
        var generator = SeededGenerator(seed: 4)
        let alphabet = Array("0123456b=+/AZaz\u{1e}{}\"".utf8)
        var read = 0
        for _ in 0..<200_000 {
            let length = Int.random(in: 0...12, using: &generator)
            let bytes = (0..<length).map { _ in
                Bool.random(using: &generator)
                    ? alphabet[Int.random(in: alphabet.indices, using: &generator)]
                    : UInt8.random(in: 0...255, using: &generator)
            }
            do throws(EnginePacketError) {
                let packets = try EnginePayload.decode(bytes)
                read += 1
                // What was read is written so that it reads the same.
                guard (try? EnginePayload.decode(EnginePayload.encode(packets))) == packets else {
                    Issue.record("\(bytes) does not survive")
                    return
                }
            } catch {}
        }
        #expect(read > 1_000)
    }
}
