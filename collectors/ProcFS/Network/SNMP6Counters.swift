/// `/proc/net/snmp6`: the counters of IPv6, ICMPv6 and UDP over IPv6.
package struct SNMP6Counters: CounterFile, Sendable, Equatable {
    package static let path = "proc/net/snmp6"
    package var counters: ProtocolCounters

    package init(
        parsing bytes: UnsafeRawBufferPointer, after previous: ProtocolCounters?
    ) throws(ProcFSError) {
        counters = ProtocolCounters(namesFrom: previous)
        try counters.append(linesIn: bytes, path: Self.path)
    }
}
