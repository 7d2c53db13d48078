/// `/proc/net/protocols`, read for the number of unix sockets alone, which no other small file has.
package struct ProtocolTable: KernelFile, Sendable, Equatable {
    package static let path = "proc/net/protocols"

    /// Unix sockets of all kinds; nil where the kernel lists none.
    package var unixSockets: UInt64?

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            // UNIX and, since Linux 5.15, UNIX-STREAM: name size sockets …
            if let name = cursor.token(), cursor.matches(name, "UNIX") || cursor.matches(name, "UNIX-STREAM") {
                guard cursor.unsigned() != nil, let sockets = cursor.unsigned() else {
                    throw Self.malformed(cursor, expected: "size and number of sockets")
                }
                unixSockets = (unixSockets ?? 0) &+ sockets
            }
            cursor.skipLine()
        }
    }
}
