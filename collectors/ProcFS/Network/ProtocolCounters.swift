/// The counters of `/proc/net/{snmp,netstat,snmp6}` in the files' order, named as netstat(8) knows them.
package struct ProtocolCounters: Sendable, Equatable {
    /// `TcpRetransSegs`, `TcpExtListenDrops`, `Ip6InReceives`, …
    package var names: [String] = []
    /// Since boot; a few are gauges and may be negative.
    package var values: [Int64] = []

    package init() {}

    /// Starts from the names of the reading before: where the file still has them, none is made anew.
    init(namesFrom previous: ProtocolCounters?) {
        names = previous?.names ?? []
        values.reserveCapacity(names.count)
    }

    /// Adds a value under `section` and `name`, which together are its name.
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
    mutating func append(pairsIn bytes: UnsafeRawBufferPointer, path: String) throws(ProcFSError) {
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            guard let section = cursor.token() else {
                cursor.skipLine()
                continue
            }
            var header = cursor
            cursor.skipLine()
            guard let second = cursor.token(), cursor.slice(second).elementsEqual(cursor.slice(section)) else {
                throw .malformed(file: path, line: cursor.line, expected: "the values of the line before")
            }
            let prefix = UnsafeRawBufferPointer(rebasing: cursor.slice(section).dropLast())
            while let name = header.token() {
                guard let value = cursor.counter() else {
                    throw .malformed(file: path, line: cursor.line, expected: "as many values as names")
                }
                add(prefix, header.slice(name), value)
            }
            cursor.skipLine()
        }
        finish()
    }

    /// Reads lines of one name and one value each, as in `snmp6`.
    mutating func append(linesIn bytes: UnsafeRawBufferPointer, path: String) throws(ProcFSError) {
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            if let name = cursor.token() {
                guard let value = cursor.counter() else {
                    throw .malformed(file: path, line: cursor.line, expected: "a value after the name")
                }
                add(UnsafeRawBufferPointer(start: nil, count: 0), cursor.slice(name), value)
            }
            cursor.skipLine()
        }
        finish()
    }
}
