/// Cuts what a command prints into lines, and holds no line that is too long.
package struct ExecLineReader: Sendable, Equatable {
    /// The most bytes of a line, its end aside.
    package let limit: Int
    /// Lines that were longer, so far.
    package private(set) var dropped: UInt64 = 0
    private var line: [UInt8] = []
    private var isTooLong = false

    package init(limit: Int = 64 * 1024) {
        self.limit = limit
    }

    /// Hands every line that `bytes` complete to `body`, without its end; empty ones are left out.
    package mutating func feed(_ bytes: some Collection<UInt8>, _ body: ([UInt8]) -> Void) {
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                finish(body)
            } else if isTooLong || line.count == limit {
                isTooLong = true
                line = []
            } else {
                line.append(byte)
            }
        }
    }

    /// The command has ended: what it printed last may have no line end.
    package mutating func finish(_ body: ([UInt8]) -> Void) {
        if isTooLong {
            dropped += 1
        } else if line.contains(where: { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\r") }) {
            body(line)
        }
        line.removeAll(keepingCapacity: true)
        isTooLong = false
    }
}
