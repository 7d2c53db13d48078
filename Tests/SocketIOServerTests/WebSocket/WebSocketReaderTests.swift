import EngineIO
import NIOCore
import TestSupport
import Testing

@testable import SocketIOServer

struct WebSocketReaderTests {
    /// A frame as a client sends it, with what it should not have.
    struct Frame: Sendable, CustomTestStringConvertible {
        let bytes: [UInt8]
        let testDescription: String

        init(
            _ opcode: UInt8, _ payload: [UInt8] = [], fin: Bool = true, masked: Bool = true, reserved: UInt8 = 0
        ) {
            let key: [UInt8] = masked ? [1, 2, 3, 4] : []
            let data = masked ? payload.enumerated().map { $1 ^ key[$0 % 4] } : payload
            bytes =
                [(fin ? 0x80 : 0) | reserved | opcode, (masked ? 0x80 : 0) | UInt8(payload.count)] + key + data
            testDescription = "opcode \(opcode), \(payload), fin \(fin), masked \(masked), reserved \(reserved)"
        }
    }

    private static let (text, binary, continuation): (UInt8, UInt8, UInt8) = (1, 2, 0)
    private static let (connectionClose, ping): (UInt8, UInt8) = (8, 9)

    private static func frame(
        _ opcode: UInt8, _ payload: [UInt8] = [], fin: Bool = true, masked: Bool = true, reserved: UInt8 = 0
    ) -> Frame {
        Frame(opcode, payload, fin: fin, masked: masked, reserved: reserved)
    }

    private struct Reader {
        private var reader = WebSocketReader()
        var unfinished: Int { reader.unfinished }
        var isAmidMessage: Bool { reader.isAmidMessage }

        mutating func receive(_ frame: Frame) -> WebSocketReader.Message? { receive(frame.bytes) }

        /// The first of what the bytes say.
        mutating func receive(_ bytes: [UInt8]) -> WebSocketReader.Message? {
            reader.receive(ByteBuffer(bytes: bytes))
            return reader.next(limit: 10)
        }

        mutating func next() -> WebSocketReader.Message? { reader.next(limit: 10) }
    }

    private static func reader() -> Reader { Reader() }

    @Test func `text and binary messages are unmasked`() {
        var reader = Self.reader()
        #expect(reader.receive(Self.frame(Self.text, Array("hällo".utf8))) == .text(Array("hällo".utf8)))
        #expect(reader.receive(Self.frame(Self.binary, [0xff, 0])) == .binary([0xff, 0]))
        #expect(reader.receive(Self.frame(Self.text)) == .text([]))
    }

    @Test func `a message in fragments is put together, whatever lies between`() {
        for split in everySplit(of: Array("hällo".utf8)) {
            var reader = Self.reader()
            for (index, part) in split.enumerated() {
                let isLast = index == split.count - 1
                let frame = Self.frame(index == 0 ? Self.text : Self.continuation, part, fin: isLast)
                #expect(reader.receive(frame) == (isLast ? .text(Array("hällo".utf8)) : .part))
                if !isLast { #expect(reader.receive(Self.frame(Self.ping, [9])) == .ping(ByteBuffer(bytes: [9]))) }
            }
        }
    }

    @Test(arguments: [
        frame(text, masked: false), frame(text, reserved: 0x40), frame(text, reserved: 0x10), frame(continuation),
        frame(ping, masked: false),
    ])
    func `what RFC 6455 forbids is a violation, and the close behind it is read`(_ frame: Frame) {
        var reader = Self.reader()
        #expect(reader.receive(frame) == .violation(.webSocketViolation))
        while reader.next() != nil {}
        #expect(reader.receive(Self.frame(Self.connectionClose)) == .close(code: nil))
    }

    @Test(
        arguments: [
            [0x83, 0x80, 0, 0, 0, 0], [0x8b, 0x80], [0x09, 0x80], [0x89, 0xfe, 0, 126], [0x81, 0xfe, 0, 125],
            [0x81, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff], [0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0],
        ] as [[UInt8]])
    func `a header that cannot be understood breaks the connection`(_ header: [UInt8]) {
        for split in everySplit(of: header) {
            var reader = Self.reader()
            let messages = split.compactMap { reader.receive($0) }
            #expect(messages == [.broken(.webSocketViolation)])
            #expect(reader.receive(Self.frame(Self.text, [65])) == nil)
        }
    }

    @Test func `a frame that is too long is refused by its header, and the rest of it passed over`() {
        var reader = Self.reader()
        #expect(reader.receive([0x82, 0xfe, 1, 0, 1, 2, 3, 4]) == .violation(.messageTooLarge))
        #expect(reader.unfinished == 0)
        #expect(reader.receive(Array(repeating: 7, count: 255)) == nil)
        #expect(reader.receive([7]) == .part)
        #expect(reader.receive(Self.frame(Self.connectionClose, [0x03, 0xf1])) == .close(code: 1009))
    }

    @Test func `what is not whole is counted, and nothing else is`() {
        var reader = Self.reader()
        let frame = Self.frame(Self.binary, Array(repeating: 1, count: 10)).bytes
        #expect(reader.receive(Array(frame[..<3])) == nil)
        #expect(reader.isAmidMessage)
        #expect(reader.receive(Array(frame[3..<12])) == nil)
        #expect(reader.unfinished >= 6)
        #expect(reader.receive(Array(frame[12...])) == .binary(Array(repeating: 1, count: 10)))
        #expect(reader.unfinished == 0)
        #expect(!reader.isAmidMessage)
    }

    @Test(arguments: [[3], [0x03, 0xed], [0, 0]] as [[UInt8]])
    func `a close with half a code or one that may not be sent is none`(_ payload: [UInt8]) {
        var reader = Self.reader()
        #expect(reader.receive(Self.frame(Self.connectionClose, payload)) == .broken(.webSocketViolation))
    }

    @Test func `a message within a message is a violation`() {
        var reader = Self.reader()
        #expect(reader.receive(Self.frame(Self.text, [65], fin: false)) == .part)
        #expect(reader.receive(Self.frame(Self.text, [65])) == .violation(.webSocketViolation))
    }

    @Test func `the limit counts all fragments`() {
        var reader = Self.reader()
        #expect(
            reader.receive(Self.frame(Self.binary, Array(repeating: 0, count: 10)))
                == .binary(Array(repeating: 0, count: 10)))
        #expect(reader.receive(Self.frame(Self.binary, Array(repeating: 0, count: 6), fin: false)) == .part)
        #expect(
            reader.receive(Self.frame(Self.continuation, Array(repeating: 0, count: 5))) == .violation(.messageTooLarge)
        )
    }

    @Test func `the longest length there is, behind a fragment, is only too long`() {
        var reader = Self.reader()
        #expect(reader.receive(Self.frame(Self.binary, [1], fin: false)) == .part)
        let header: [UInt8] = [0x80, 0xff, 0x7f] + Array(repeating: 0xff, count: 7) + [1, 2, 3, 4]
        #expect(reader.receive(header) == .violation(.messageTooLarge))
        #expect(reader.receive(Array(repeating: 7, count: 1_000)) == nil)
    }

    @Test func `text has to be UTF-8, also in the reason of a close`() {
        var reader = Self.reader()
        #expect(reader.receive(Self.frame(Self.text, [0xc3])) == .violation(.invalidUTF8))
        #expect(reader.receive(Self.frame(Self.connectionClose, [0x03, 0xe8, 0xff])) == .broken(.invalidUTF8))
    }

    @Test func `a close has no code or one that may be sent`() {
        var reader = Self.reader()
        #expect(reader.receive(Self.frame(Self.connectionClose)) == .close(code: nil))
        #expect(reader.receive(Self.frame(Self.connectionClose, [0x03, 0xe8])) == .close(code: 1000))
        #expect(reader.receive(Self.frame(Self.connectionClose, [0x0f, 0xa0])) == .close(code: 4000))
    }

    @Test(arguments: [0, 125, 126, 0xffff, 0x10000])
    func `a written frame is read with its length`(_ length: Int) throws {
        let payload = Array(repeating: UInt8(ascii: "x"), count: length)
        var bytes = EncodedPacket(enginePacket: payload).frame
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
