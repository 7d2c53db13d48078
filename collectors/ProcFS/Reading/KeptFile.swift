import Glibc

/// One kernel file under a root, opened once and read again and again; closed with the object.
///
/// Reading a kept descriptor costs about a third of open, read and close. Belongs to one reader.
package final class KeptFile<Content: KernelFile> {
    private let path: String
    private let buffer: ReadBuffer
    private var descriptor: CInt = -1

    package init(root: String, buffer: ReadBuffer) {
        path = root + "/" + Content.path
        self.buffer = buffer
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Reads and parses the file; opens it where it is not open, so that a file that comes later is found.
    package func read() throws(ProcFSError) -> Content {
        try read { (bytes) throws(ProcFSError) in try Content(parsing: bytes) }
    }

    private func read(
        _ parse: (UnsafeRawBufferPointer) throws(ProcFSError) -> Content
    ) throws(ProcFSError) -> Content {
        if descriptor < 0 {
            descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw .unreadable(file: path, errno: errno) }
        }
        do {
            return try buffer.read(descriptor, path: path, parse)
        } catch {
            if case .unreadable = error {
                close(descriptor)
                descriptor = -1
            }
            throw error
        }
    }
}

extension KeptFile where Content: CounterFile {
    /// Reads the file with the names of the reading before.
    package func read(after previous: ProtocolCounters?) throws(ProcFSError) -> Content {
        try read { (bytes) throws(ProcFSError) in try Content(parsing: bytes, after: previous) }
    }
}
