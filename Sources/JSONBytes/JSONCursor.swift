/// A strict reader of one JSON text. Each method leaves the cursor right after what it read.
///
/// `maxDepth` bounds the recursion, so no input can exhaust the stack. One pass, O(n).
struct JSONCursor {
    /// Each level takes space on the thread's stack, so no caller can ask for more levels than this.
    static let deepest = 1_024

    let bytes: UnsafeBufferPointer<UInt8>
    let maxDepth: Int
    let allowsLoneSurrogates: Bool
    var offset = 0
    private var depth = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>, maxDepth: Int, allowsLoneSurrogates: Bool = false) {
        self.bytes = bytes
        self.allowsLoneSurrogates = allowsLoneSurrogates
        self.maxDepth = min(maxDepth, Self.deepest)
    }

    /// Runs `body` on the bytes of any collection. A contiguous collection is not copied.
    static func run<Result, Failure: Error>(
        over bytes: some Collection<UInt8>, maxDepth: Int, allowsLoneSurrogates: Bool = false,
        _ body: (inout JSONCursor) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        func scan(_ buffer: UnsafeBufferPointer<UInt8>) -> Swift.Result<Result, Failure> {
            var cursor = JSONCursor(buffer, maxDepth: maxDepth, allowsLoneSurrogates: allowsLoneSurrogates)
            do throws(Failure) {
                return .success(try body(&cursor))
            } catch {
                return .failure(error)
            }
        }
        let result = bytes.withContiguousStorageIfAvailable(scan) ?? Array(bytes).withUnsafeBufferPointer(scan)
        return try result.get()
    }

    // MARK: Bytes

    /// The next byte after white space. The cursor stays before it.
    mutating func peek() throws(JSONError) -> UInt8 {
        while offset < bytes.count {
            let byte = bytes[offset]
            guard byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 else { return byte }
            offset += 1
        }
        throw .unexpectedEnd(offset: offset)
    }

    mutating func expect(_ byte: UInt8) throws(JSONError) {
        let found = try peek()
        guard found == byte else { throw .unexpectedByte(found, offset: offset) }
        offset += 1
    }

    mutating func end() throws(JSONError) {
        while offset < bytes.count {
            let byte = bytes[offset]
            guard byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 else {
                throw .trailingBytes(offset: offset)
            }
            offset += 1
        }
    }

    // MARK: Containers

    /// Reads an object. `member` gets the range of each key (between its quotes) and must read the value.
    mutating func object(
        _ member: (inout JSONCursor, Range<Int>) throws(JSONError) -> Void
    ) throws(JSONError) {
        try enter(UInt8(ascii: "{"))
        if try peek() == UInt8(ascii: "}") {
            leave()
            return
        }
        while true {
            let key = try string()
            try expect(UInt8(ascii: ":"))
            try member(&self, key)
            if try isLast(closing: UInt8(ascii: "}")) { return leave() }
        }
    }

    /// Reads an array. `element` must read each value.
    mutating func array(_ element: (inout JSONCursor) throws(JSONError) -> Void) throws(JSONError) {
        try enter(UInt8(ascii: "["))
        if try peek() == UInt8(ascii: "]") {
            leave()
            return
        }
        while true {
            try element(&self)
            if try isLast(closing: UInt8(ascii: "]")) { return leave() }
        }
    }

    private mutating func enter(_ opening: UInt8) throws(JSONError) {
        try expect(opening)
        guard depth < maxDepth else { throw .tooDeep(limit: maxDepth, offset: offset - 1) }
        depth += 1
    }

    private mutating func leave() {
        offset += 1
        depth -= 1
    }

    private mutating func isLast(closing: UInt8) throws(JSONError) -> Bool {
        let next = try peek()
        if next == closing { return true }
        guard next == UInt8(ascii: ",") else { throw .unexpectedByte(next, offset: offset) }
        offset += 1
        return false
    }

    // MARK: Values

    /// Reads any value and gives its range.
    @discardableResult
    mutating func value() throws(JSONError) -> Range<Int> {
        let first = try peek()
        let start = offset
        switch first {
        case UInt8(ascii: "\""):
            _ = try string()
        case UInt8(ascii: "{"):
            try object { (cursor, _) throws(JSONError) in try cursor.value() }
        case UInt8(ascii: "["):
            try array { (cursor) throws(JSONError) in try cursor.value() }
        case UInt8(ascii: "t"):
            try literal("true")
        case UInt8(ascii: "f"):
            try literal("false")
        case UInt8(ascii: "n"):
            try literal("null")
        default:
            try number()
        }
        return start..<offset
    }

    private mutating func literal(_ word: StaticString) throws(JSONError) {
        for index in 0..<word.utf8CodeUnitCount {
            guard offset < bytes.count else { throw .unexpectedEnd(offset: offset) }
            guard bytes[offset] == word.utf8Start[index] else {
                throw .unexpectedByte(bytes[offset], offset: offset)
            }
            offset += 1
        }
    }

    /// `[-] int [frac] [exp]` (RFC 8259 §6).
    private mutating func number() throws(JSONError) {
        if bytes[offset] == UInt8(ascii: "-") { offset += 1 }
        guard offset < bytes.count else { throw .unexpectedEnd(offset: offset) }
        if bytes[offset] == UInt8(ascii: "0") {
            offset += 1
        } else {
            try digits()
        }
        if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
            offset += 1
            try digits()
        }
        if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
            offset += 1
            if offset < bytes.count, bytes[offset] == UInt8(ascii: "+") || bytes[offset] == UInt8(ascii: "-") {
                offset += 1
            }
            try digits()
        }
    }

    private mutating func digits() throws(JSONError) {
        guard offset < bytes.count else { throw .unexpectedEnd(offset: offset) }
        guard isDigit(bytes[offset]) else { throw .unexpectedByte(bytes[offset], offset: offset) }
        while offset < bytes.count, isDigit(bytes[offset]) { offset += 1 }
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
}
