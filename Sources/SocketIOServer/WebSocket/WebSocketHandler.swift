import EngineIO
import NIOCore

/// The WebSocket's end of the pipeline. Bytes come in, and encoded frames go out.
final class WebSocketHandler: ChannelDuplexHandler, SessionTransport, InputHolder {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        case open
        /// Our close frame is written, and the peer's has not come.
        case closing
        case closed
    }

    // What each packet needs stands together, so that it is in few lines of the processor's cache.
    private var state: State = .open
    /// The channel's own value. It is kept here because it is needed twice for each packet.
    private var isWritable = false
    private var direct: DirectWrites
    private var context: ChannelHandlerContext?
    private var channel: (any Channel)?
    private var batch = FrameBatch()
    /// The socket itself, if nothing has to happen to the bytes on their way to it.
    private let socket: (any FrameSink)?
    /// Set if both sides agreed on compression.
    private let deflate: MessageDeflate?

    private let clock: LoopClock
    private let closeTimeout: TimeAmount
    private let messageTimeout: Duration
    /// Called with the number of bytes that are held of unfinished input.
    private let hold: (Int, any InputHolder) -> Void
    private var reader: WebSocketReader
    /// Where the messages go. It changes when a probe has become the session's transport.
    var receiver: (any WebSocketReceiver)?
    private var closeTask: Scheduled<Void>?
    /// When the unfinished message began, and the task that checks it in time.
    private var amidSince: ContinuousClock.Instant?
    private var messageTask: Scheduled<Void>?
    /// Nothing more is taken from the socket, nor from bytes that were read already.
    private var isPaused = false
    /// Whether the channel has asked to read in the meantime.
    private var wantsRead = false
    private var isTaking = false
    /// The number in the ledger of unfinished input.
    private var held = 0
    /// How the peer ended, if there are still bytes to take that it sent before.
    private var lateEnd: CloseReason?

    init(
        _ limits: ServerLimits, _ clock: LoopClock, deflate: MessageDeflate? = nil, socket: (any FrameSink)? = nil,
        hold: @escaping (Int, any InputHolder) -> Void = { _, _ in }
    ) {
        self.clock = clock
        self.deflate = deflate
        self.socket = socket
        direct = DirectWrites(hasSocket: socket != nil)
        reader = WebSocketReader(deflate?.compressor)
        closeTimeout = TimeAmount(limits.closeTimeout)
        messageTimeout = limits.messageTimeout
        self.hold = hold
    }

    // MARK: SessionTransport

    var room: Int { isBlocked ? 0 : .max }

    var isBlocked: Bool { state != .open || !isWritable }

    var isFetched: Bool { false }

    func write(_ packet: EncodedPacket) -> Int {
        let frame = deflate?.frames(of: packet) ?? packet.frame
        write(frame: frame)
        return frame.readableBytes
    }

    func write(frame: ByteBuffer) {
        if context != nil { batch.append(frame) }
    }

    func flush() {
        guard let context, !batch.isEmpty else { return }
        let frames = batch.take()
        // A channel that is not active has closed its socket.
        guard let socket, channel?.isActive == true, direct.mayBypass(waiting: { Self.waiting(in: context) }) else {
            return pass(frames.frames, to: context)
        }
        let taken = socket.send(frames)
        if direct.socketTook(taken, of: frames.byteCount) { pass(frames.rest(after: taken), to: context) }
    }

    private func send(_ frame: ByteBuffer) {
        write(frame: frame)
        flush()
    }

    private func pass(_ frames: [ByteBuffer], to context: ChannelHandlerContext) {
        for frame in frames { context.write(wrapOutboundOut(frame), promise: nil) }
        context.flush()
    }

    /// How many bytes the channel holds; if it does not say, some.
    private static func waiting(in context: ChannelHandlerContext) -> Int {
        (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 1
    }

    func beginClosing() {}

    func setReading(_ isReading: Bool) {
        guard state == .open, isPaused == isReading else { return }
        isPaused = !isReading
        noteUnfinished()
        guard isReading else { return }
        takeMessages()
        if lateEnd != nil { endLate() } else { readOn() }
    }

    func close(_ reason: CloseReason) {
        guard state == .open else { return }
        guard let context else { return forget() }
        state = .closing
        reader.discard()
        noteUnfinished()
        send(WebSocketFrames.close(code: reason.webSocketCode))
        closeTask = context.eventLoop.assumeIsolated().scheduleTask(in: closeTimeout) { [weak self] in
            self?.closeTimedOut()
        }
        // Now only the peer's close matters.
        isPaused = false
        takeMessages()
        readOn()
    }

    func cut() { end(.transportClose) }

    // MARK: ChannelInboundHandler

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        channel = context.channel
        isWritable = context.channel.isWritable
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        closeTask?.cancel()
        messageTask?.cancel()
        held = 0
        hold(0, self)
        (self.context, channel) = (nil, nil)
        batch = FrameBatch()
        isWritable = false
        if lateEnd == nil { receiver = nil }
    }

    func read(context: ChannelHandlerContext) {
        if isPaused { wantsRead = true } else { context.read() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let bytes = context.part(of: data, as: InboundIn.self) else { return }
        reader.receive(bytes)
        takeMessages()
        noteUnfinished()
    }

    private func takeMessages() {
        guard !isTaking else { return }
        isTaking = true
        defer { isTaking = false }
        // Asked each time, because a message may change the limit, the receiver and the state, and may stop the
        // reading.
        while !isPaused, let message = reader.next(limit: receiver?.messageLimit ?? 0) {
            // The message is complete now. If it has to wait, its receiver counts it.
            if held > 0 { noteHeld() }
            switch (state, message) {
            case (.open, _): received(message)
            case (.closing, .close), (.closing, .broken): end(.transportClose)
            case (.closing, _), (.closed, _): break
            }
        }
    }

    private func readOn() {
        guard !isPaused, wantsRead, let context else { return }
        wantsRead = false
        context.read()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        isWritable = context.channel.isWritable
        receiver?.writabilityChanged()
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        peerEnded(.transportClose)
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            peerEnded(.transportClose)
        case is ChannelShouldQuiesceEvent:
            receiver?.close(.serverShuttingDown)
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        peerEnded(.transportError)
    }

    // MARK: What is not whole

    /// The server holds too much unfinished input, and this peer has to give up its own.
    func dropInput() { receiver?.close(.inboundFlood) }

    private func noteHeld() {
        let bytes = state == .open ? reader.unfinished : 0
        guard bytes != held else { return }
        held = bytes
        hold(bytes, self)
    }

    private func noteUnfinished() {
        noteHeld()
        // A peer that is not read cannot be late.
        guard state == .open, !isPaused, reader.isAmidMessage, let context else { return amidSince = nil }
        guard amidSince == nil else { return }
        amidSince = clock.now
        scheduleMessageTimeout(context)
    }

    /// One task at a time. If its message has come in the meantime, it schedules the next check.
    private func scheduleMessageTimeout(_ context: ChannelHandlerContext) {
        guard messageTask == nil, let amidSince else { return }
        let delay = clock.now.duration(to: amidSince + messageTimeout)
        // Cancelled with the handler. A weak reference would make each reference to it slower.
        messageTask = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(max(.zero, delay))) {
            self.messageTimedOut()
        }
    }

    private func messageTimedOut() {
        messageTask = nil
        guard let amidSince, let context else { return }
        guard amidSince + messageTimeout <= clock.now else { return scheduleMessageTimeout(context) }
        receiver?.close(.messageTimeout)
    }

    // MARK: Doing

    private func received(_ message: WebSocketReader.Message) {
        switch message {
        case .part: receiver?.receivedPart()
        case .pong: _ = receiver?.receivedControlFrame()
        case .text(let bytes):
            endMessage()
            receiver?.received(text: bytes)
        case .binary(let bytes):
            endMessage()
            receiver?.received(binary: bytes)
        case .ping(let payload): answerPing(payload)
        case .violation(let reason): receiver?.close(reason)
        case .broken(let reason): fail(reason)
        case .close(let code):
            send(WebSocketFrames.close(code: code))
            end(.transportClose)
        }
    }

    private func endMessage() {
        amidSince = nil
        if reader.excessCost > 0 { receiver?.receivedExcess(bytes: reader.excessCost) }
    }

    /// If a peer pings but does not read, pongs do not pile up.
    private func answerPing(_ payload: ByteBuffer) {
        guard receiver?.receivedControlFrame() == true, isWritable else { return }
        send(WebSocketFrames.pong(payload))
    }

    /// Closes without waiting for the peer's close, which will not come.
    private func fail(_ reason: CloseReason) {
        receiver?.close(reason)
        end(.transportClose)
    }

    private func closeTimedOut() { end(.transportClose) }

    /// If a client sends a lot and closes, its messages are still read, if only the pace delays them.
    private func peerEnded(_ reason: CloseReason) {
        guard state == .open, isPaused, reader.isAmidMessage, receiver?.keepsUnread == true else { return end(reason) }
        lateEnd = lateEnd ?? reason
    }

    private func endLate() {
        guard let reason = lateEnd, !isPaused || receiver?.keepsUnread != true else { return }
        end(reason)
        receiver = nil
    }

    /// Nothing more is written. If the session has not ended yet, it ends for this reason.
    private func end(_ reason: CloseReason) {
        guard state != .closed else { return }
        state = .closed
        closeTask?.cancel()
        receiver?.close(reason)
        context?.close(promise: nil)
    }

    /// The session of this connection has ended.
    private func forget() {
        state = .closed
        lateEnd = nil
        receiver = nil
    }
}
