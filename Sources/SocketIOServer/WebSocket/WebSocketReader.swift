import EngineIO
import NIOCore

/// Puts bytes together to messages and checks the rules of RFC 6455 §5, and of RFC 7692 §6 if compression was agreed on.
///
/// An unfinished message is held only once. It is unmasked as it comes, and never larger than the limit: the header of
/// a longer frame is enough to refuse it. A compressed message is held as it comes, and inflated when it is complete.
struct WebSocketReader {
    enum Message: Equatable {
        /// Part of a message.
        case part
        /// A pong. Nobody waits for it.
        case pong
        case text([UInt8])
        case binary([UInt8])
        case ping(ByteBuffer)
        case close(code: UInt16?)
        case violation(CloseReason)
        /// Nothing more from the peer can be understood.
        case broken(CloseReason)
    }

    private enum Kind { case text, binary }

    /// A frame whose payload is being read.
    private struct Frame {
        let header: WebSocketFrameHeader
        var missing: Int
        /// The payload of a control frame. Data goes to the message.
        var control: [UInt8] = []
    }

    /// An unfinished message.
    private struct Open {
        let kind: Kind
        let isCompressed: Bool
        var frames = 1
        var bytes: [UInt8] = []

        /// How many bytes of it may come.
        func most(_ limit: Int) -> Int { isCompressed ? Inflater.mostBytes(of: limit) : limit }
    }

    /// Inflates messages; nil if compressed messages are not allowed.
    private let compressor: MessageCompressor?
    private var input = ByteBuffer()
    private var frame: Frame?
    private var message: Open?
    /// What the last message has cost beyond its bytes.
    private(set) var excessCost = 0
    /// Only the peer's close still matters.
    private var isDiscarding = false
    private var isBroken = false

    init(_ compressor: MessageCompressor? = nil) { self.compressor = compressor }

    /// The bytes held of unfinished input, with the capacity that the array has reserved.
    var unfinished: Int { message?.bytes.capacity ?? 0 }

    /// Whether a message has begun that is not complete, even if it is only the header of a frame.
    var isAmidMessage: Bool { message != nil || frame != nil || input.readableBytes > 0 }

    /// Takes bytes from the socket. Call ``next(limit:)`` until it has nothing more.
    mutating func receive(_ bytes: ByteBuffer) {
        guard !isBroken else { return }
        if input.readableBytes == 0 { input = bytes } else { input.writeImmutableBuffer(bytes) }
    }

    /// Drops what is held. From now on it looks only for the peer's close.
    mutating func discard() {
        isDiscarding = true
        message = nil
    }

    /// What the next bytes mean; nil if more are needed.
    ///
    /// - Parameter limit: the largest message, in bytes.
    mutating func next(limit: Int) -> Message? {
        guard !isBroken else { return nil }
        if frame == nil {
            do throws(WebSocketFrameHeader.Fault) {
                guard let header = try WebSocketFrameHeader.read(from: &input) else {
                    // The few bytes of a header are copied, so that they do not keep the whole buffer that they came
                    // in.
                    input = ByteBuffer(bytes: input.readableBytesView)
                    return nil
                }
                frame = Frame(header: header, missing: header.length)
                if let reason = begin(header, limit: limit) { return violation(reason) }
            } catch {
                return broken(.webSocketViolation)
            }
        }
        return takePayload(limit: limit)
    }

    /// Why a data frame may not come now; nil if it may.
    private mutating func begin(_ header: WebSocketFrameHeader, limit: Int) -> CloseReason? {
        guard !isDiscarding else { return nil }
        guard header.key != nil, !header.hasReservedBits else { return .webSocketViolation }
        switch header.opcode {
        case .text, .binary:
            guard message == nil, !header.isCompressed || compressor != nil else { return .webSocketViolation }
            message = Open(kind: header.opcode == .text ? .text : .binary, isCompressed: header.isCompressed)
        // Only the first frame of a message says that it is compressed, and no control frame does (RFC 7692 §6.1).
        case .continuation:
            guard message != nil, !header.isCompressed else { return .webSocketViolation }
            message?.frames += 1
        case .close, .ping, .pong: return header.isCompressed ? .webSocketViolation : nil
        }
        guard let message else { return nil }
        // Not as a sum: a length may be the largest integer there is.
        return header.length > message.most(limit) - message.bytes.count ? .messageTooLarge : nil
    }

    private mutating func takePayload(limit: Int) -> Message? {
        guard var frame else { return nil }
        // Drop the copy in the state, so that bytes are appended in place.
        self.frame = nil
        let count = min(frame.missing, input.readableBytes)
        let position = frame.header.length - frame.missing
        frame.missing -= count
        if frame.header.isControl {
            Self.append(input.readSlice(length: count), to: &frame.control, frame.header, position)
        } else if var open = message {
            message = nil
            Self.append(input.readSlice(length: count), to: &open.bytes, frame.header, position)
            message = open
        } else {
            input.moveReaderIndex(forwardBy: count)
        }
        guard frame.missing == 0 else {
            self.frame = frame
            input = ByteBuffer()
            return nil
        }
        return frame.header.isControl ? control(frame) : data(isLast: frame.header.isLast, limit: limit)
    }

    private static func append(
        _ bytes: ByteBuffer?, to target: inout [UInt8], _ header: WebSocketFrameHeader, _ position: Int
    ) {
        guard let bytes else { return }
        let start = target.count
        target.append(contentsOf: bytes.readableBytesView)
        guard let key = header.key else { return }
        let keys = [key.0, key.1, key.2, key.3]
        target.withUnsafeMutableBufferPointer { pointer in
            for index in start..<pointer.count { pointer[index] ^= keys[(position + index - start) & 3] }
        }
    }

    private mutating func data(isLast: Bool, limit: Int) -> Message {
        guard isLast, let whole = message else { return .part }
        message = nil
        excessCost = 0
        var bytes = whole.bytes
        if whole.isCompressed, let compressor {
            do throws(Inflater.Fault) {
                let inflated = try compressor.inflate(bytes, frames: whole.frames, limit: limit)
                bytes = inflated.bytes
                excessCost = inflated.cost - bytes.count
            } catch {
                return violation(CloseReason(error))
            }
        }
        switch whole.kind {
        case .binary: return .binary(bytes)
        case .text: return Self.isUTF8(bytes) ? .text(bytes) : violation(.invalidUTF8)
        }
    }

    private mutating func violation(_ reason: CloseReason) -> Message {
        discard()
        return .violation(reason)
    }

    private mutating func control(_ frame: Frame) -> Message {
        switch frame.header.opcode {
        case .close: return close(frame.control)
        case .ping where !isDiscarding: return .ping(ByteBuffer(bytes: frame.control))
        default: return .pong
        }
    }

    /// §5.5.1 and §7.4: empty, or a code that may be sent and a reason in UTF-8.
    private mutating func close(_ payload: [UInt8]) -> Message {
        guard !payload.isEmpty else { return .close(code: nil) }
        guard payload.count >= 2 else { return broken(.webSocketViolation) }
        guard Self.isUTF8(Array(payload[2...])) else { return broken(.invalidUTF8) }
        let code = UInt16(payload[0]) << 8 | UInt16(payload[1])
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: return .close(code: code)
        default: return broken(.webSocketViolation)
        }
    }

    private mutating func broken(_ reason: CloseReason) -> Message {
        isBroken = true
        input = ByteBuffer()
        frame = nil
        message = nil
        return .broken(reason)
    }

    private static func isUTF8(_ bytes: [UInt8]) -> Bool { String(validating: bytes, as: UTF8.self) != nil }
}

extension CloseReason {
    fileprivate init(_ fault: Inflater.Fault) {
        self =
            switch fault {
            case .corrupt: .invalidCompression
            case .tooLong: .messageTooLarge
            case .tooManyBlocks: .inboundFlood
            }
    }
}
