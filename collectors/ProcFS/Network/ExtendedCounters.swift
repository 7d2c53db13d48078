/// `/proc/net/netstat`: Linux's own counters of TCP and IP.
package struct ExtendedCounters: CounterFile, Sendable, Equatable {
    package static let path = "proc/net/netstat"
    package var counters: ProtocolCounters

    package init(
        parsing bytes: UnsafeRawBufferPointer, after previous: ProtocolCounters?
    ) throws(ProcFSError) {
        counters = ProtocolCounters(namesFrom: previous)
        try counters.append(pairsIn: bytes, path: Self.path)
    }
}
