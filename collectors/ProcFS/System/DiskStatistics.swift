import Glibc

/// `/proc/diskstats`: counters since boot of every block device (Documentation/admin-guide/iostats.rst).
package struct DiskStatistics: KernelFile, Sendable, Equatable {
    package static let path = "proc/diskstats"

    /// One device; a sector is always 512 bytes here.
    package struct Device: Sendable, Equatable {
        /// Any bytes.
        package var name: [UInt8]
        package var reads: UInt64
        package var sectorsRead: UInt64
        package var writes: UInt64
        package var sectorsWritten: UInt64
        /// Requests under way; nil if the count is below 0. Some drivers leave it so, in 32 bits or with a sign.
        package var inFlight: UInt64?
        package var busyMs: UInt64
    }

    package var devices: [Device] = []

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            if cursor.unsigned() != nil {
                // major minor name; loop and ram devices never reach a sample.
                guard cursor.unsigned() != nil, let name = cursor.token() else {
                    throw Self.malformed(cursor, expected: "major, minor and name of a device")
                }
                if !cursor.startsWith(name, "loop"), !cursor.startsWith(name, "ram") {
                    guard let device = Device(name: name, &cursor) else {
                        throw Self.malformed(cursor, expected: "at least ten counters")
                    }
                    devices.append(device)
                }
            } else if cursor.token() != nil {
                throw Self.malformed(cursor, expected: "a device's major number")
            }
            cursor.skipLine()
        }
    }
}

extension DiskStatistics.Device {
    // reads merged sectors ms | writes merged sectors ms | inFlight busyMs …
    fileprivate init?(name: Range<Int>, _ cursor: inout ByteCursor) {
        guard let reads = cursor.unsigned(), cursor.unsigned() != nil, let sectorsRead = cursor.unsigned(),
            cursor.unsigned() != nil, let writes = cursor.unsigned(), cursor.unsigned() != nil,
            let sectorsWritten = cursor.unsigned(), cursor.unsigned() != nil, let inFlight = cursor.counter(),
            let busyMs = cursor.unsigned()
        else { return nil }
        self.init(
            name: cursor.array(name), reads: reads, sectorsRead: sectorsRead, writes: writes,
            sectorsWritten: sectorsWritten, inFlight: (0..<1 << 31).contains(inFlight) ? UInt64(inFlight) : nil,
            busyMs: busyMs)
    }
}

/// The names in `/sys/block`: whole devices. `/proc/diskstats` does not tell them from partitions.
package struct BlockDevices: Sendable {
    private var names: Set<[UInt8]> = []

    /// nil if the folder cannot be read.
    package init?(root: String) {
        guard let directory = try? DirectoryStream(path: root + "/sys/block") else { return nil }
        var names: Set<[UInt8]> = []
        directory.forEachName { name in
            if name[0] != CChar(UInt8(ascii: ".")) {
                names.insert(UnsafeRawBufferPointer(start: name, count: strlen(name)).map { $0 })
            }
        }
        self.names = names
    }

    /// Whether a device of `/proc/diskstats` is a whole one. sysfs writes a `/` in its name as `!`.
    package func contains(_ name: [UInt8]) -> Bool {
        names.contains(name)
            || names.contains(name.map { $0 == UInt8(ascii: "/") ? UInt8(ascii: "!") : $0 })
    }
}
