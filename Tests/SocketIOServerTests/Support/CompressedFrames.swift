import NIOWebSocket
import TestSupport

/// Frames of a client that compresses.
enum CompressedFrames {
    /// The first three bits of a frame: RSV1 says that the message is compressed.
    static let (rsv1, rsv2, rsv3): (UInt8, UInt8, UInt8) = (0x40, 0x20, 0x10)

    static func frame(
        _ opcode: WebSocketOpcode, _ payload: [UInt8], isLast: Bool = true, bits: UInt8 = 0
    ) -> [UInt8] {
        var bytes = WebSocketClient.frame(opcode: opcode, isLast: isLast, payload)
        bytes[0] |= bits
        return bytes
    }

    /// A whole message in frames of so many bytes at most.
    static func message(
        _ opcode: WebSocketOpcode, _ payload: [UInt8], frameBytes: Int = .max, isCompressed: Bool = true
    ) -> [UInt8] {
        var frames: [UInt8] = []
        var rest = payload[...]
        repeat {
            let part = Array(rest.prefix(frameBytes))
            rest = rest.dropFirst(part.count)
            let isFirst = frames.isEmpty
            frames += frame(
                isFirst ? opcode : .continuation, part, isLast: rest.isEmpty, bits: isFirst && isCompressed ? rsv1 : 0)
        } while !rest.isEmpty
        return frames
    }
}

extension WebSocketClient {
    /// The extensions that the server agreed to, as its answer says.
    var agreed: String? {
        responseHeader.split(separator: "\r\n").first { $0.lowercased().hasPrefix("sec-websocket-extensions: ") }
            .map { String($0.dropFirst("sec-websocket-extensions: ".count)) }
    }

    /// The next message, compressed or not; nil for a control frame and at the end.
    func nextMessage(windowBits: Int = 15) async throws -> [UInt8]? {
        switch await next() {
        case .text(let text): Array(text.utf8)
        case .binary(let bytes): bytes
        case .compressed(let bytes, _): try RawDeflate.read(bytes, windowBits: windowBits)
        case .ping, .pong, .close, nil: nil
        }
    }
}
