/// `/proc/net/sockstat`: how many sockets of each kind the network namespace holds; memory in pages.
package struct SocketStatistics: KernelFile, Sendable, Equatable {
    package static let path = "proc/net/sockstat"

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
                    // A sum over CPUs that fell below 0 (`mem -1`) says nothing.
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
