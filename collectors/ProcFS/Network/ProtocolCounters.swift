/// The counters of `/proc/net/{snmp,netstat,snmp6}` in the order of the files, with the names of netstat(8).
///
/// The names hardly ever change, so they are kept from one reading to the next.
package struct ProtocolCounters: KernelFile, Sendable, Equatable {
    /// IP, ICMP, TCP and UDP (RFC 1213 and its successors).
    package static let path = "proc/net/snmp"
    /// Linux's own counters of TCP and IP.
    package static let extendedPath = "proc/net/netstat"
    /// IPv6, ICMPv6 and UDP over IPv6.
    package static let path6 = "proc/net/snmp6"

    /// `TcpRetransSegs`, `TcpExtListenDrops`, `Ip6InReceives`, …
    package var names: [String] = []
    /// Since boot. A few are gauges and may be negative.
    package var values: [Int64] = []

    package init() {}

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        try self.init(parsing: bytes, after: nil)
    }

    /// Starts with the names of the last reading. If the file still has them, no string is made.
    package init(parsing bytes: UnsafeRawBufferPointer, after previous: ProtocolCounters?) throws(ProcFSError) {
        names = previous?.names ?? []
        values.reserveCapacity(names.count)
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd, cursor.token() == nil { cursor.skipLine() }
        // `Tcp:` begins a pair of lines. In snmp6 each line has one name.
        if cursor.offset > 0, bytes[cursor.offset - 1] == UInt8(ascii: ":") {
            try append(pairsIn: bytes)
        } else {
            try append(linesIn: bytes)
        }
    }

    /// Adds a value. `section` and `name` together are its name.
    private mutating func add(_ section: UnsafeRawBufferPointer, _ name: UnsafeRawBufferPointer, _ value: Int64) {
        let index = values.count
        values.append(value)
        if index < names.count, Self.equals(names[index], section, name) { return }
        names.removeSubrange(min(index, names.count)...)
        names.append(String(decoding: section, as: UTF8.self) + String(decoding: name, as: UTF8.self))
    }

    private static func equals(
        _ known: String, _ section: UnsafeRawBufferPointer, _ name: UnsafeRawBufferPointer
    ) -> Bool {
        known.utf8.count == section.count + name.count
            && known.utf8.withContiguousStorageIfAvailable { bytes in
                bytes[..<section.count].elementsEqual(section) && bytes[section.count...].elementsEqual(name)
            } ?? false
    }

    /// Drops the names of counters that the file no longer has.
    private mutating func finish() {
        if names.count > values.count { names.removeSubrange(values.count...) }
    }

    /// Reads pairs of lines: `Tcp: name name …` and `Tcp: value value …`.
    private mutating func append(pairsIn bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            guard let section = cursor.token() else {
                cursor.skipLine()
                continue
            }
            var header = cursor
            cursor.skipLine()
            guard let second = cursor.token(), cursor.slice(second).elementsEqual(cursor.slice(section)) else {
                throw Self.malformed(cursor, expected: "the values of the line before")
            }
            let prefix = UnsafeRawBufferPointer(rebasing: cursor.slice(section).dropLast())
            while let name = header.token() {
                guard let value = cursor.counter() else {
                    throw Self.malformed(cursor, expected: "as many values as names")
                }
                add(prefix, header.slice(name), value)
            }
            cursor.skipLine()
        }
        finish()
    }

    /// Reads lines of one name and one value each, as in `snmp6`.
    private mutating func append(linesIn bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            if let name = cursor.token() {
                guard let value = cursor.counter() else {
                    throw Self.malformed(cursor, expected: "a value after the name")
                }
                add(UnsafeRawBufferPointer(start: nil, count: 0), cursor.slice(name), value)
            }
            cursor.skipLine()
        }
        finish()
    }
}

extension KeptFile where Content == ProtocolCounters {
    /// Reads the file with the names of the last reading.
    package func read(after previous: ProtocolCounters?) throws(ProcFSError) -> ProtocolCounters {
        try read { (bytes) throws(ProcFSError) in try ProtocolCounters(parsing: bytes, after: previous) }
    }
}
