import EngineIO
import NIOCore
import NIOWebSocket

/// Puts frames together to messages and holds the peer to RFC 6455 §5; no extension is negotiated.
struct WebSocketMessageReader {
    enum Message: Equatable {
        /// Part of a message, or a pong that nobody waits for.
        case none
        case text([UInt8])
        case binary([UInt8])
        case ping(ByteBuffer)
        case close(code: UInt16?)
        case violation(CloseReason)
        /// A close frame that breaks a rule: the peer says nothing after it.
        case invalidClose(CloseReason)
    }

    private enum Kind { case text, binary }

    private let maxBytes: Int
    private var partial: (kind: Kind, bytes: [UInt8])?

    init(maxBytes: Int) { self.maxBytes = maxBytes }

    mutating func receive(_ frame: WebSocketFrame) -> Message {
        guard frame.maskKey != nil, !frame.rsv1, !frame.rsv2, !frame.rsv3 else {
            return .violation(.webSocketViolation)
        }
        let data = frame.unmaskedData
        switch frame.opcode {
        case .text: return begin(.text, data, isLast: frame.fin)
        case .binary: return begin(.binary, data, isLast: frame.fin)
        case .continuation: return proceed(data, isLast: frame.fin)
        case .ping: return .ping(data)
        case .pong: return .none
        case .connectionClose: return Self.close(data)
        default: return .violation(.webSocketViolation)
        }
    }

    private mutating func begin(_ kind: Kind, _ data: ByteBuffer, isLast: Bool) -> Message {
        guard partial == nil else { return .violation(.webSocketViolation) }
        let bytes = Array(data.readableBytesView)
        guard bytes.count <= maxBytes else { return .violation(.messageTooLarge) }
        guard !isLast else { return Self.message(kind, bytes) }
        partial = (kind, bytes)
        return .none
    }

    private mutating func proceed(_ data: ByteBuffer, isLast: Bool) -> Message {
        guard case (let kind, var bytes)? = partial else { return .violation(.webSocketViolation) }
        // Taken out first, so that the bytes are appended in place.
        partial = nil
        guard bytes.count + data.readableBytes <= maxBytes else { return .violation(.messageTooLarge) }
        bytes.append(contentsOf: data.readableBytesView)
        guard !isLast else { return Self.message(kind, bytes) }
        partial = (kind, bytes)
        return .none
    }

    private static func message(_ kind: Kind, _ bytes: [UInt8]) -> Message {
        switch kind {
        case .binary: .binary(bytes)
        case .text: isUTF8(bytes) ? .text(bytes) : .violation(.invalidUTF8)
        }
    }

    /// §5.5.1 and §7.4: nothing, or a code that may stand on the wire and a reason in UTF-8.
    private static func close(_ data: ByteBuffer) -> Message {
        var data = data
        guard data.readableBytes > 0 else { return .close(code: nil) }
        guard let code = data.readInteger(as: UInt16.self) else { return .invalidClose(.webSocketViolation) }
        guard isUTF8(Array(data.readableBytesView)) else { return .invalidClose(.invalidUTF8) }
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: return .close(code: code)
        default: return .invalidClose(.webSocketViolation)
        }
    }

    private static func isUTF8(_ bytes: [UInt8]) -> Bool { String(validating: bytes, as: UTF8.self) != nil }
}
