/// `/proc/net/tcp6`; missing where IPv6 is off.
package struct TCPTable6: KernelFile, Sendable, Equatable {
    package static let path = "proc/net/tcp6"
    package var table: TCPTable

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        table = try TCPTable(parsing: bytes, path: Self.path)
    }
}
