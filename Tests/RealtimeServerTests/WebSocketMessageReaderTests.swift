import EngineIO
import NIOCore
import NIOWebSocket
import TestSupport
import Testing

@testable import RealtimeServer

struct WebSocketMessageReaderTests {
    private static func frame(
        _ opcode: WebSocketOpcode, _ bytes: [UInt8] = [], fin: Bool = true, masked: Bool = true, rsv1: Bool = false
    ) -> WebSocketFrame {
        let key: WebSocketMaskingKey? = masked ? [1, 2, 3, 4] : nil
        var data = ByteBuffer(bytes: bytes)
        if let key { data.webSocketMask(key) }
        return WebSocketFrame(fin: fin, rsv1: rsv1, opcode: opcode, maskKey: key, data: data)
    }

    private static func reader() -> WebSocketMessageReader { WebSocketMessageReader(maxBytes: 10) }

    @Test func `text and binary messages are unmasked`() {
        var reader = Self.reader()
        #expect(reader.receive(Self.frame(.text, Array("hällo".utf8))) == .text(Array("hällo".utf8)))
        #expect(reader.receive(Self.frame(.binary, [0xff, 0])) == .binary([0xff, 0]))
        #expect(reader.receive(Self.frame(.text)) == .text([]))
    }

    @Test func `a message in fragments is put together, whatever lies between`() {
        for split in everySplit(of: Array("hällo".utf8)) {
            var reader = Self.reader()
            for (index, part) in split.enumerated() {
                let isLast = index == split.count - 1
                let frame = Self.frame(index == 0 ? .text : .continuation, part, fin: isLast)
                #expect(reader.receive(frame) == (isLast ? .text(Array("hällo".utf8)) : .none))
                if !isLast { #expect(reader.receive(Self.frame(.ping, [9])) == .ping(ByteBuffer(bytes: [9]))) }
            }
        }
    }

    @Test(arguments: [
        frame(.text, masked: false), frame(.text, rsv1: true), frame(.continuation),
    ])
    func `what RFC 6455 forbids is a violation`(_ frame: WebSocketFrame) {
        var reader = Self.reader()
        #expect(reader.receive(frame) == .violation(.webSocketViolation))
    }

    @Test(arguments: [[3], [0x03, 0xed], [0, 0]] as [[UInt8]])
    func `a close with half a code or one that may not be sent is none`(_ payload: [UInt8]) {
        var reader = Self.reader()
        #expect(reader.receive(Self.frame(.connectionClose, payload)) == .invalidClose(.webSocketViolation))
    }

    @Test func `a message within a message is a violation`() {
        var reader = Self.reader()
        #expect(reader.receive(Self.frame(.text, [65], fin: false)) == .none)
        #expect(reader.receive(Self.frame(.text, [65])) == .violation(.webSocketViolation))
    }

    @Test func `the limit counts all fragments`() {
        var reader = Self.reader()
        #expect(
            reader.receive(Self.frame(.binary, Array(repeating: 0, count: 10)))
                == .binary(Array(repeating: 0, count: 10)))
        #expect(reader.receive(Self.frame(.binary, Array(repeating: 0, count: 6), fin: false)) == .none)
        #expect(
            reader.receive(Self.frame(.continuation, Array(repeating: 0, count: 5))) == .violation(.messageTooLarge))
    }

    @Test func `text has to be UTF-8, also in the reason of a close`() {
        var reader = Self.reader()
        #expect(reader.receive(Self.frame(.text, [0xc3])) == .violation(.invalidUTF8))
        #expect(reader.receive(Self.frame(.connectionClose, [0x03, 0xe8, 0xff])) == .invalidClose(.invalidUTF8))
    }

    @Test func `a close has no code or one that may be sent`() {
        var reader = Self.reader()
        #expect(reader.receive(Self.frame(.connectionClose)) == .close(code: nil))
        #expect(reader.receive(Self.frame(.connectionClose, [0x03, 0xe8])) == .close(code: 1000))
        #expect(reader.receive(Self.frame(.connectionClose, [0x0f, 0xa0])) == .close(code: 4000))
    }

    @Test(arguments: [0, 125, 126, 0xffff, 0x10000])
    func `a written frame is read with its length`(_ length: Int) throws {
        let payload = Array(repeating: UInt8(ascii: "x"), count: length)
        var bytes = WebSocketFrames.text(prefix: nil, payload)
        #expect(bytes.readInteger(as: UInt8.self) == 0x81)
        let second = bytes.readInteger(as: UInt8.self)
        let first = try #require(second)
        let read =
            switch first {
            case 126: bytes.readInteger(as: UInt16.self).map(Int.init)
            case 127: bytes.readInteger(as: UInt64.self).map(Int.init)
            default: Int(first)
            }
        #expect(read == length)
        #expect(bytes.readableBytes == length)
        #expect((first == 126) == (126...0xffff).contains(length))
    }
}
