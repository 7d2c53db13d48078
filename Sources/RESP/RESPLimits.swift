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
