/// The largest reply that ``RESPReader`` accepts: the bound on what a broken or hostile server can make us allocate.
package struct RESPLimits: Sendable, Hashable {
    /// Bytes of one bulk string.
    package var bulkBytes: Int
    /// Array elements declared in one reply, all levels summed: each costs a pointer before its first byte arrives.
    package var elements: Int
    /// Arrays within arrays; at most 7, which is what every hiredis from 0.14 on parses.
    package var depth: Int
    /// Bytes of one simple string, error or integer.
    package var lineBytes: Int
    /// Bytes on the wire of one whole reply.
    package var replyBytes: Int

    package init(
        bulkBytes: Int = 64 << 20, elements: Int = 1 << 20, depth: Int = 7, lineBytes: Int = 64 << 10,
        replyBytes: Int = 256 << 20
    ) {
        self.bulkBytes = max(0, bulkBytes)
        self.elements = max(0, elements)
        self.depth = min(max(0, depth), 7)
        self.lineBytes = max(1, lineBytes)
        self.replyBytes = max(1, replyBytes)
    }
}

/// Reads the framing of RESP2 before hiredis does, and refuses what is too large before memory is allocated for it.
///
/// hiredis allocates an array as soon as it has read the header, accepts bulk strings of any length, and does not check
/// that CR LF follows a bulk string. In all three cases the peer would decide how much memory is used, or where parsing
/// goes on.
///
/// ```
/// +text CRLF   -text CRLF   :123 CRLF   $3 CRLF abc CRLF   *2 CRLF reply reply   $-1 CRLF   *-1 CRLF
/// ```
struct RESPFrameGuard {
    struct Verdict: Equatable {
        /// How many replies end within the bytes.
        var replies = 0
        /// Where the last of them ends; the bytes before it are sound even if `failure` is set.
        var soundBytes = 0
        var failure: RESPError?
    }

    private enum Position {
        case type
        case line(length: Int, afterCR: Bool)
        case number(type: UInt8, DecimalLine)
        case bulk(remaining: Int)
        case bulkCR
        case bulkLF
    }

    private let limits: RESPLimits
    private var position = Position.type
    /// Elements still to come, one entry for each open array.
    private var open: [Int] = []
    private var elements = 0
    private var replyBytes = 0

    init(limits: RESPLimits) {
        self.limits = limits
    }

    /// Takes the next bytes of the stream. After a failure the guard must not be used again.
    mutating func scan(_ bytes: UnsafeRawBufferPointer) -> Verdict {
        var verdict = Verdict()
        var index = 0
        while index < bytes.count {
            let before = index
            do throws(RESPError) {
                let endsReply = try step(bytes, &index)
                replyBytes += index - before
                if replyBytes > limits.replyBytes { throw .replyTooLong(limit: limits.replyBytes) }
                if endsReply {
                    verdict.replies += 1
                    verdict.soundBytes = index
                    (elements, replyBytes) = (0, 0)
                }
            } catch {
                verdict.failure = error
                return verdict
            }
        }
        return verdict
    }

    /// Takes at least one byte; true when a whole reply ends with the last of those taken.
    private mutating func step(_ bytes: UnsafeRawBufferPointer, _ index: inout Int) throws(RESPError) -> Bool {
        switch position {
        case .type:
            try begin(bytes[index])
            index += 1
            return false
        case .line(let length, let afterCR):
            return try line(bytes, &index, length: length, afterCR: afterCR)
        case .number(let type, var line):
            let byte = bytes[index]
            index += 1
            guard let value = try line.take(byte, type: type) else {
                position = .number(type: type, line)
                return false
            }
            return try numberEnded(type: type, value: value)
        case .bulk(let remaining):
            let taken = min(remaining, bytes.count - index)
            index += taken
            position = taken == remaining ? .bulkCR : .bulk(remaining: remaining - taken)
            return false
        case .bulkCR, .bulkLF:
            let isCR = if case .bulkCR = position { true } else { false }
            guard bytes[index] == (isCR ? 0x0D : 0x0A) else { throw .missingTerminator }
            index += 1
            if isCR {
                position = .bulkLF
                return false
            }
            return finishValue()
        }
    }

    private mutating func begin(_ type: UInt8) throws(RESPError) {
        switch type {
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            position = .line(length: 0, afterCR: false)
        case UInt8(ascii: ":"), UInt8(ascii: "$"), UInt8(ascii: "*"):
            position = .number(type: type, DecimalLine())
        default:
            throw .unknownType(type)
        }
    }

    private mutating func line(
        _ bytes: UnsafeRawBufferPointer, _ index: inout Int, length: Int, afterCR: Bool
    ) throws(RESPError) -> Bool {
        var (length, afterCR) = (length, afterCR)
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if afterCR && byte == 0x0A { return finishValue() }
            afterCR = byte == 0x0D
            length += 1
            // One over, for the CR.
            if length > limits.lineBytes + 1 { throw .lineTooLong(limit: limits.lineBytes) }
        }
        position = .line(length: length, afterCR: afterCR)
        return false
    }

    private mutating func numberEnded(type: UInt8, value: Int64) throws(RESPError) -> Bool {
        if type == UInt8(ascii: ":") { return finishValue() }
        guard value >= -1 else { throw .malformedNumber(type: type) }
        let count = Int(clamping: value)
        if count < 0 { return finishValue() }
        if type == UInt8(ascii: "$") {
            if count > limits.bulkBytes { throw .bulkTooLong(declared: count, limit: limits.bulkBytes) }
            position = count == 0 ? .bulkCR : .bulk(remaining: count)
            return false
        }
        guard open.count < limits.depth else { throw .nestedTooDeeply(limit: limits.depth) }
        let (sum, overflow) = elements.addingReportingOverflow(count)
        if overflow || sum > limits.elements {
            throw .tooManyElements(declared: overflow ? .max : sum, limit: limits.elements)
        }
        elements = sum
        if count == 0 { return finishValue() }
        open.append(count)
        position = .type
        return false
    }

    /// True when the value that just ended is the last of its reply.
    private mutating func finishValue() -> Bool {
        position = .type
        while let last = open.indices.last {
            open[last] -= 1
            if open[last] > 0 { return false }
            open.removeLast()
        }
        return true
    }
}
