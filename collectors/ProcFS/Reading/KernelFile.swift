import Glibc

/// A value read from one kernel file: a pure function of the file's bytes.
package protocol KernelFile: SendableMetatype {
    /// Where the file stands under the root, for errors and for opening it; where several files have one shape, the
    /// first of them.
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

/// One kernel file under a root, opened once and read again and again; closed with the object.
///
/// Reading a kept descriptor costs about a third of open, read and close. Belongs to one reader.
package final class KeptFile<Content: KernelFile> {
    /// Under the root.
    package let name: String
    private let path: String
    private let buffer: ReadBuffer
    private var descriptor: CInt = -1

    /// `name` is another file of the same shape as ``KernelFile/path``.
    package init(_ name: String = Content.path, root: String, buffer: ReadBuffer) {
        self.name = name
        path = root + "/" + name
        self.buffer = buffer
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Reads and parses the file; opens it where it is not open, so that a file that comes later is found.
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
            // The parser knows the shape, not which of the files it was.
            case .malformed(_, let line, let expected): throw .malformed(file: name, line: line, expected: expected)
            case .netlinkRefused: throw error
            }
        }
    }
}

/// The one buffer a reader's files are read into; grows to the largest file and stays so.
///
/// Belongs to one reader and is not safe to share between threads.
package final class ReadBuffer {
    private static let limit = 16 * 1024 * 1024
    private var storage: [UInt8]

    package init() {
        storage = [UInt8](repeating: 0, count: 16 * 1024)
    }

    /// Reads a descriptor from its start to its end and hands over the bytes.
    ///
    /// One `pread` more than the content needs, as the kernel may give a file out in pieces; unless the file is
    /// known to come `atOnce`, as those of one process do.
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
