/// `/proc/sys/kernel/random/boot_id`: a new value with each boot.
package struct BootID: KernelFile, Sendable, Equatable {
    package static let path = "proc/sys/kernel/random/boot_id"

    /// The first eight hexadecimal digits.
    package var prefix: String

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        var cursor = ByteCursor(bytes)
        guard cursor.hexadecimal(digits: 8) != nil, cursor.offset == 8 else {
            throw Self.malformed(cursor, expected: "a UUID")
        }
        prefix = String(decoding: bytes.prefix(8), as: UTF8.self)
    }
}
