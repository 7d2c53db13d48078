internal import CHiredis

/// Turns the bytes of a Redis connection into replies: the `redisReader` of hiredis, fed in small slices after
/// ``RESPFrameGuard`` has checked them.
///
/// Any bytes give values or a ``RESPError``. The error comes after the values before it, and from then on every
/// ``next()`` throws it again.
package struct RESPReader: ~Copyable {
    /// hiredis moves its whole buffer with each small reply, so large slices cost more than they save.
    private static let sliceBytes = 4096

    private let reader: UnsafeMutablePointer<redisReader>?
    private var frames: RESPFrameGuard
    private var ready: [RESPValue] = []
    private var nextReady = 0
    private var failure: RESPError?

    package init(limits: RESPLimits = RESPLimits()) {
        reader = redisReaderCreate()
        frames = RESPFrameGuard(limits: limits)
        if reader == nil { failure = .outOfMemory }
    }

    deinit {
        if let reader { redisReaderFree(reader) }
    }

    /// Takes the next bytes of the stream. ``next()`` gives the replies and the error that they complete.
    package mutating func feed(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        while failure == nil, !rest.isEmpty {
            take(UnsafeRawBufferPointer(rebasing: rest.prefix(Self.sliceBytes)))
            rest = rest.dropFirst(Self.sliceBytes)
        }
    }

    /// Takes the next bytes of the stream.
    package mutating func feed(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { feed($0) }
    }

    /// The next whole reply, or nil until more bytes are fed.
    package mutating func next() throws(RESPError) -> RESPValue? {
        if nextReady < ready.count {
            defer { nextReady += 1 }
            return ready[nextReady]
        }
        if nextReady > 0 {
            ready.removeAll(keepingCapacity: ready.capacity <= 1024)
            nextReady = 0
        }
        if let failure { throw failure }
        return nil
    }

    private mutating func take(_ slice: UnsafeRawBufferPointer) {
        let verdict = frames.scan(slice)
        let accepted = verdict.failure == nil ? slice.count : verdict.soundBytes
        failure = verdict.failure
        do {
            try parse(UnsafeRawBufferPointer(rebasing: slice.prefix(accepted)), replies: verdict.replies)
        } catch {
            failure = error
        }
    }

    private mutating func parse(_ bytes: UnsafeRawBufferPointer, replies: Int) throws(RESPError) {
        guard let reader else { throw .outOfMemory }
        let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        if bytes.count > 0, redisReaderFeed(reader, start, bytes.count) != REDIS_OK { throw currentError(reader) }
        var found = 0
        while true {
            var reply: UnsafeMutableRawPointer?
            guard redisReaderGetReply(reader, &reply) == REDIS_OK else { throw currentError(reader) }
            guard let reply else { break }
            defer { freeReplyObject(reply) }
            ready.append(try RESPValue(copying: reply.assumingMemoryBound(to: redisReply.self)))
            found += 1
        }
        // With one reply too many or too few, all later replies would answer the wrong commands.
        if found != replies { throw .parser("\(found) replies found where \(replies) are framed") }
    }

    private func currentError(_ reader: UnsafeMutablePointer<redisReader>) -> RESPError {
        if reader.pointee.err == REDIS_ERR_OOM { return .outOfMemory }
        let message = withUnsafeBytes(of: reader.pointee.errstr) { text in
            String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
        }
        return .parser(message)
    }
}

extension RESPValue {
    fileprivate init(copying reply: UnsafePointer<redisReply>) throws(RESPError) {
        switch reply.pointee.type {
        case REDIS_REPLY_STRING: self = .bulk(Array(reply.bytes))
        case REDIS_REPLY_STATUS: self = .simple(String(decoding: reply.bytes, as: UTF8.self))
        case REDIS_REPLY_ERROR: self = .error(RESPServerError(parsing: String(decoding: reply.bytes, as: UTF8.self)))
        case REDIS_REPLY_INTEGER: self = .integer(Int64(reply.pointee.integer))
        case REDIS_REPLY_NIL: self = .null
        case REDIS_REPLY_ARRAY:
            var elements: [RESPValue] = []
            elements.reserveCapacity(reply.pointee.elements)
            for element in UnsafeBufferPointer(start: reply.pointee.element, count: reply.pointee.elements) {
                guard let element else { throw .outOfMemory }
                elements.append(try RESPValue(copying: element))
            }
            self = .array(elements)
        case let other: throw .parser("reply type \(other) is not of RESP2")
        }
    }
}

extension UnsafePointer<redisReply> {
    fileprivate var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: pointee.str, count: pointee.len)
    }
}
