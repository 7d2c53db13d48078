import Glibc

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
