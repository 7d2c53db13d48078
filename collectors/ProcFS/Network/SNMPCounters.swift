/// `/proc/net/snmp`: the counters of IP, ICMP, TCP and UDP (RFC 1213 and its successors).
package struct SNMPCounters: CounterFile, Sendable, Equatable {
    package static let path = "proc/net/snmp"
    package var counters: ProtocolCounters

    package init(
        parsing bytes: UnsafeRawBufferPointer, after previous: ProtocolCounters?
    ) throws(ProcFSError) {
        counters = ProtocolCounters(namesFrom: previous)
        try counters.append(pairsIn: bytes, path: Self.path)
    }
}
