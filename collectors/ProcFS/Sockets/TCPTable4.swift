/// `/proc/net/tcp`.
package struct TCPTable4: KernelFile, Sendable, Equatable {
    package static let path = "proc/net/tcp"
    package var table: TCPTable

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        table = try TCPTable(parsing: bytes, path: Self.path)
    }
}
