/// `/proc/net/sockstat6`: the IPv6 sockets, which `sockstat` does not count; missing where IPv6 is off.
package struct SocketStatistics6: KernelFile, Sendable, Equatable {
    package static let path = "proc/net/sockstat6"

    package var statistics: SocketStatistics

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        do {
            statistics = try SocketStatistics(parsing: bytes)
        } catch .malformed(_, let line, let expected) {
            throw .malformed(file: Self.path, line: line, expected: expected)
        }
    }
}
