/// `/proc/net/netstat`: Linux's own counters of TCP and IP.
package struct ExtendedCounters: KernelFile, Sendable, Equatable {
    package static let path = "proc/net/netstat"
    package var counters = ProtocolCounters()

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        try counters.append(pairsIn: bytes, path: Self.path)
    }
}
