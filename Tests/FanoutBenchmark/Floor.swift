import ArgumentParser
import Glibc

/// What the kernel takes for the same bytes to the same number of sockets: one `write` each, or one `writev` for several
/// frames, and nothing else.
struct Floor: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The floor.", shouldDisplay: false)

    @Argument(help: "Connections to wait for.") var clients: Int
    @Option(help: "Frames of one call.") var together = 1

    func run() throws {
        try Limits.raiseOpenFiles()
        let listener = try TCP.listen()
        Output.write("port \(try TCP.port(of: listener))")
        var sockets: [Int32] = []
        while sockets.count < clients {
            let socket = accept(listener, nil, nil)
            guard socket >= 0 else { throw SystemFailure("accept") }
            // As the server under test: the same bytes in flight at most.
            try TCP.set(socket, SOL_SOCKET, SO_SNDBUF, 64 * 1024)
            try TCP.set(socket, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
            sockets.append(socket)
        }
        while let line = readLine() {
            guard let order = Order(line) else { throw ValidationError("unknown order: \(line)") }
            Output.write(try carryOut(order, sockets).line)
        }
    }

    private func carryOut(_ order: Order, _ sockets: [Int32]) throws(SystemFailure) -> Span {
        let (began, used) = (Limits.now(), Limits.usedMicroseconds())
        var events = 0
        while case let elapsed = Limits.now() - began, let due = order.due(events, elapsed: elapsed) {
            if due > elapsed { poll(nil, 0, Int32((due - elapsed) / 1_000_000) + 1) }
            let frames = (0..<together).map { _ in BenchEvent.frame(at: Limits.now()) }
            events += together
            try write(frames, to: sockets)
        }
        return Span(events: events, microseconds: Limits.usedMicroseconds() - used)
    }

    private func write(_ frames: [[UInt8]], to sockets: [Int32]) throws(SystemFailure) {
        guard frames.count > 1, let size = frames.first?.count else {
            for frame in frames {
                for socket in sockets where Glibc.write(socket, frame, frame.count) != frame.count {
                    throw SystemFailure("write")
                }
            }
            return
        }
        var bytes = frames.flatMap { $0 }
        let taken = bytes.withUnsafeMutableBytes { bytes in
            let vectors = frames.indices.map { index in
                iovec(iov_base: bytes.baseAddress?.advanced(by: index * size), iov_len: size)
            }
            return sockets.allSatisfy { writev($0, vectors, Int32(vectors.count)) == bytes.count }
        }
        guard taken else { throw SystemFailure("writev") }
    }
}
