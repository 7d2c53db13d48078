/// The counters of `/proc/net/{snmp,netstat,snmp6}` in the files' order, named as netstat(8) knows them.
package struct ProtocolCounters: Sendable, Equatable {
    /// `TcpRetransSegs`, `TcpExtListenDrops`, `Ip6InReceives`, …
    package var names: [String] = []
    /// Since boot; a few are gauges and may be negative.
    package var values: [Int64] = []

    package init() {}

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
            let prefix = String(decoding: cursor.slice(section).dropLast(), as: UTF8.self)
            while let name = header.token() {
                guard let value = cursor.signed() else {
                    throw .malformed(file: path, line: cursor.line, expected: "as many values as names")
                }
                names.append(prefix + String(decoding: header.slice(name), as: UTF8.self))
                values.append(value)
            }
            cursor.skipLine()
        }
    }

    /// Reads lines of one name and one value each, as in `snmp6`.
    mutating func append(linesIn bytes: UnsafeRawBufferPointer, path: String) throws(ProcFSError) {
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            if let name = cursor.token() {
                guard let value = cursor.signed() else {
                    throw .malformed(file: path, line: cursor.line, expected: "a value after the name")
                }
                names.append(String(decoding: cursor.slice(name), as: UTF8.self))
                values.append(value)
            }
            cursor.skipLine()
        }
    }
}
