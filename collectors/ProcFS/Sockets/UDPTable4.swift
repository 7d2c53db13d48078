/// `/proc/net/udp`: written as TCP's table is.
package struct UDPTable4: KernelFile, Sendable, Equatable {
    package static let path = "proc/net/udp"
    package var sockets: [UDPSocket]

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        sockets = try TCPTable(parsing: bytes, path: Self.path).sockets.compactMap(UDPSocket.init)
    }
}
