import NIOCore

/// Decides how the frames of one WebSocket reach the kernel: by a call on the socket itself, or through the channel.
///
/// The direct way costs a third less for each frame. But nothing may overtake bytes that wait in the channel, so it is
/// open only while the channel holds none:
///
/// ```
///              the channel holds nothing
///   behind ───────────────────────────────▶ open ──▶ frames go to the socket
///     ▲  └──▶ frames go to the channel        │
///     └───────────────────────────────────────┘
///       the socket has not taken all, and the channel gets the rest
/// ```
struct DirectWrites: Equatable {
    private enum State {
        /// There is no socket to write to. For example, TLS is in between.
        case shut
        /// The channel may hold bytes. At first that is the answer to the handshake.
        case behind
        case open
    }

    private var state: State

    init(hasSocket: Bool) { state = hasSocket ? .behind : .shut }

    /// Whether the next frames may go to the socket.
    ///
    /// - Parameter waiting: says how many bytes wait in the channel. It is asked only if that matters.
    mutating func mayBypass(waiting: () -> Int) -> Bool {
        if state == .behind, waiting() == 0 { state = .open }
        return state == .open
    }

    /// The socket took so many of these bytes. Returns true if the channel gets the rest.
    ///
    /// The channel tries the socket again. So it also learns of errors, and ends the connection as always.
    mutating func socketTook(_ taken: Int, of count: Int) -> Bool {
        guard taken < count else { return false }
        state = .behind
        return true
    }
}

/// Frames that wait for the next flush, in their order. The first one has its own place, because most flushes have only
/// one.
struct FrameBatch {
    private(set) var first: ByteBuffer?
    private(set) var others: [ByteBuffer] = []

    var isEmpty: Bool { first == nil }

    var byteCount: Int { others.reduce(first?.readableBytes ?? 0) { $0 + $1.readableBytes } }

    var frames: [ByteBuffer] { first.map { [$0] + others } ?? [] }

    mutating func append(_ frame: ByteBuffer) {
        if first == nil { first = frame } else { others.append(frame) }
    }

    /// Empties it.
    mutating func take() -> FrameBatch {
        defer { self = FrameBatch() }
        return self
    }

    /// What is left of the frames behind their first `taken` bytes.
    func rest(after taken: Int) -> [ByteBuffer] {
        var left = taken
        return frames.compactMap { frame in
            var frame = frame
            let step = min(left, frame.readableBytes)
            frame.moveReaderIndex(forwardBy: step)
            left -= step
            return frame.readableBytes > 0 ? frame : nil
        }
    }
}
