/// A value read from one kernel file: a pure function of the file's bytes.
package protocol KernelFile: SendableMetatype {
    /// Where the file stands under the root, for errors and for opening it.
    static var path: String { get }

    /// Parses the whole content; any bytes give a value or an error, never a trap.
    init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError)
}

extension KernelFile {
    /// Parses bytes held in an array.
    package init(parsing bytes: [UInt8]) throws(ProcFSError) {
        let result = bytes.withUnsafeBytes { buffer in
            Result { () throws(ProcFSError) in try Self(parsing: buffer) }
        }
        self = try result.get()
    }

    static func malformed(_ cursor: ByteCursor, expected: String) -> ProcFSError {
        .malformed(file: path, line: cursor.line, expected: expected)
    }
}
