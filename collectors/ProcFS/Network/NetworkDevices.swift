/// `/proc/net/dev`: counters of each interface since it appeared (proc_net(5)).
package struct NetworkDevices: KernelFile, Sendable, Equatable {
    package static let path = "proc/net/dev"

    /// One interface.
    package struct Device: Sendable, Equatable {
        /// Any bytes but blanks, `/` and `:`.
        package var name: [UInt8]
        package var rxBytes: UInt64
        package var rxPackets: UInt64
        package var rxErrors: UInt64
        package var rxDropped: UInt64
        package var txBytes: UInt64
        package var txPackets: UInt64
        package var txErrors: UInt64
        package var txDropped: UInt64
    }

    package var devices: [Device] = []

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        var cursor = ByteCursor(bytes)
        cursor.skipLine()
        cursor.skipLine()
        while !cursor.isAtEnd {
            cursor.skipBlanks()
            let start = cursor.offset
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            if start < end {
                guard let colon = bytes[start..<end].lastIndex(of: UInt8(ascii: ":")), colon > start else {
                    throw Self.malformed(cursor, expected: "an interface name and a colon")
                }
                cursor.move(to: colon + 1)
                guard let device = Device(name: start..<colon, &cursor) else {
                    throw Self.malformed(cursor, expected: "sixteen counters")
                }
                devices.append(device)
            }
            cursor.skipLine()
        }
    }
}

extension NetworkDevices.Device {
    // bytes packets errs drop fifo frame compressed multicast | bytes packets errs drop …
    fileprivate init?(name: Range<Int>, _ cursor: inout ByteCursor) {
        guard let rxBytes = cursor.unsigned(), let rxPackets = cursor.unsigned(), let rxErrors = cursor.unsigned(),
            let rxDropped = cursor.unsigned()
        else { return nil }
        for _ in 0..<4 where cursor.unsigned() == nil { return nil }
        guard let txBytes = cursor.unsigned(), let txPackets = cursor.unsigned(), let txErrors = cursor.unsigned(),
            let txDropped = cursor.unsigned()
        else { return nil }
        self.init(
            name: cursor.array(name), rxBytes: rxBytes, rxPackets: rxPackets,
            rxErrors: rxErrors, rxDropped: rxDropped, txBytes: txBytes, txPackets: txPackets, txErrors: txErrors,
            txDropped: txDropped)
    }
}
