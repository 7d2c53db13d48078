import Glibc

/// A value from one kernel file. It is a pure function of the file's bytes.
package protocol KernelFile: SendableMetatype {
    /// The path of the file under the root, for opening it and for errors. If several files have the same form, it is
    /// that of the first.
    static var path: String { get }

    /// Parses the whole content. Any bytes give a value or an error, and never a trap.
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

/// One kernel file under a root. It is opened once, read again and again, and closed with the object.
///
/// Reading an open descriptor costs about a third of open, read and close. It belongs to one reader.
package final class KeptFile<Content: KernelFile> {
    /// The path under the root.
    package let name: String
    private let path: String
    private let buffer: ReadBuffer
    private var descriptor: CInt = -1

    /// `name` is another file of the same form as ``KernelFile/path``.
    package init(_ name: String = Content.path, root: String, buffer: ReadBuffer) {
        self.name = name
        path = root + "/" + name
        self.buffer = buffer
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Reads and parses the file. Opens it if it is not open, so that a file that appears later is found.
    package func read() throws(ProcFSError) -> Content {
        try read { (bytes) throws(ProcFSError) in try Content(parsing: bytes) }
    }

    func read(
        _ parse: (UnsafeRawBufferPointer) throws(ProcFSError) -> Content
    ) throws(ProcFSError) -> Content {
        if descriptor < 0 {
            descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw .unreadable(file: path, errno: errno) }
        }
        do {
            return try buffer.read(descriptor, path: path, parse)
        } catch {
            switch error {
            case .unreadable:
                close(descriptor)
                descriptor = -1
                throw error
            // The parser does not know which of the files it was.
            case .malformed(_, let line, let expected): throw .malformed(file: name, line: line, expected: expected)
            case .netlinkRefused: throw error
            }
        }
    }
}

/// The one buffer for all files of a reader. It grows to the size of the largest file.
///
/// Belongs to one reader and is not safe to share between threads.
package final class ReadBuffer {
    private static let limit = 16 * 1024 * 1024
    private var storage: [UInt8]

    package init() {
        storage = [UInt8](repeating: 0, count: 16 * 1024)
    }

    /// Reads a descriptor from start to end, and gives its bytes to `body`.
    ///
    /// It calls `pread` once more than the content needs, because the kernel may give a file in pieces. Files of one
    /// process come `atOnce`, and need no extra call.
    func read<Value>(
        _ descriptor: CInt, path: @autoclosure () -> String, atOnce: Bool = false,
        _ body: (UnsafeRawBufferPointer) throws(ProcFSError) -> Value
    ) throws(ProcFSError) -> Value {
        var count = 0
        while true {
            if count == storage.count {
                guard count < Self.limit else { throw .unreadable(file: path(), errno: EFBIG) }
                storage.append(contentsOf: repeatElement(0, count: count))
            }
            let got = storage.withUnsafeMutableBytes { bytes in
                pread(descriptor, bytes.baseAddress.map { $0 + count }, bytes.count - count, off_t(count))
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw .unreadable(file: path(), errno: errno) }
            if got == 0 { break }
            count += got
            if atOnce, count < storage.count { break }
        }
        let result = storage.withUnsafeBytes { bytes in
            Result { () throws(ProcFSError) in try body(UnsafeRawBufferPointer(rebasing: bytes[..<count])) }
        }
        return try result.get()
    }
}
