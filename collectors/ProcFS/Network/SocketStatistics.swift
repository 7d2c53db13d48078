/// `/proc/net/sockstat`: how many sockets of each kind the network namespace has, and their memory in pages. It does
/// not count IPv6 sockets. Those are in `sockstat6`, which is missing if IPv6 is off.
package struct SocketStatistics: KernelFile, Sendable, Equatable {
    package static let path = "proc/net/sockstat"
    package static let path6 = "proc/net/sockstat6"

    package var tcpInUse: UInt64?
    package var tcpOrphans: UInt64?
    package var tcpTimeWait: UInt64?
    package var tcpAllocated: UInt64?
    package var tcpMemoryPages: UInt64?
    package var udpInUse: UInt64?
    package var rawInUse: UInt64?
    package var fragmentsInUse: UInt64?

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            if let section = cursor.token() {
                while let name = cursor.token() {
                    guard let value = cursor.counter() else {
                        throw Self.malformed(cursor, expected: "a number after each name")
                    }
                    // A sum over CPUs can fall below 0 (`mem -1`). Then it means nothing.
                    guard let value = UInt64(exactly: value) else { continue }
                    read(section: section, name: name, value: value, in: cursor)
                }
            }
            cursor.skipLine()
        }
    }

    private mutating func read(section: Range<Int>, name: Range<Int>, value: UInt64, in cursor: ByteCursor) {
        let isInUse = cursor.matches(name, "inuse")
        if cursor.matches(section, "TCP:") || cursor.matches(section, "TCP6:") {
            if isInUse {
                tcpInUse = value
            } else if cursor.matches(name, "orphan") {
                tcpOrphans = value
            } else if cursor.matches(name, "tw") {
                tcpTimeWait = value
            } else if cursor.matches(name, "alloc") {
                tcpAllocated = value
            } else if cursor.matches(name, "mem") {
                tcpMemoryPages = value
            }
        } else if isInUse {
            if cursor.matches(section, "UDP:") || cursor.matches(section, "UDP6:") {
                udpInUse = value
            } else if cursor.matches(section, "RAW:") || cursor.matches(section, "RAW6:") {
                rawInUse = value
            } else if cursor.matches(section, "FRAG:") || cursor.matches(section, "FRAG6:") {
                fragmentsInUse = value
            }
        }
    }
}

/// `/proc/net/protocols`. It is read only for the number of unix sockets, which no other small file has.
package struct ProtocolTable: KernelFile, Sendable, Equatable {
    package static let path = "proc/net/protocols"

    /// The number of unix sockets of all kinds; nil if the kernel does not list them.
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
