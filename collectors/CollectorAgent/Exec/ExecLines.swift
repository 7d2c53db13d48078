/// Cuts the output of a command into lines, and does not keep a line that is too long.
package struct ExecLineReader: Sendable, Equatable {
    /// The most bytes of a line, without its end.
    package let limit: Int
    /// How many lines were longer so far.
    package private(set) var dropped: UInt64 = 0
    private var line: [UInt8] = []
    private var isTooLong = false

    package init(limit: Int = 64 * 1024) {
        self.limit = limit
    }

    /// Calls `body` with every line that `bytes` complete, without its end. Empty lines are left out.
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

    /// The command has ended. Its last line may have no line end.
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

/// Limits how much a command may print: a number in a burst, and one more after each pause. The rest is only counted.
/// Time is an argument.
package struct ExecAllowance: Sendable, Equatable {
    package let burst: Int
    /// The pause until one more is allowed.
    package let refillMs: Int64
    /// How many were refused so far.
    package private(set) var refused: UInt64 = 0
    private var left: Int
    private var sinceMs: Int64?

    package init(burst: Int, refillMs: Int64) {
        self.burst = burst
        self.refillMs = max(1, refillMs)
        left = burst
    }

    /// Ten lines a second.
    package static let lines = ExecAllowance(burst: 10, refillMs: 100)
    /// One message a minute.
    package static let messages = ExecAllowance(burst: 1, refillMs: 60_000)

    package mutating func take(nowMs: Int64) -> Bool {
        let since = sinceMs ?? nowMs
        let more = max(0, nowMs - since) / refillMs
        left = Int(min(Int64(burst), Int64(left) + more))
        // A full one does not save up time.
        sinceMs = left == burst ? nowMs : since + more * refillMs
        guard left > 0 else {
            refused += 1
            return false
        }
        left -= 1
        return true
    }
}
