import Glibc

/// A folder of our own under `TMPDIR` or `/tmp`, readable by this user only.
struct TemporaryFolder: Sendable {
    struct NotMade: Error, CustomStringConvertible {
        let path: String
        let reason: String

        var description: String {
            "\(path): no folder can be made there (\(reason)); set TMPDIR to a folder that you may write to"
        }
    }

    let path: String

    /// - Throws: ``NotMade``.
    init(prefix: String, temporary: String?) throws {
        // A unix socket's path may hold 107 bytes; a long TMPDIR leaves no room for it.
        let base = temporary.flatMap { (1...60).contains($0.utf8.count) ? $0 : nil } ?? "/tmp"
        var template = Array("\(base)/\(prefix)-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { buffer -> Bool in
            buffer.baseAddress.map { mkdtemp($0) != nil } ?? false
        }
        guard made else { throw NotMade(path: base, reason: String(cString: strerror(errno))) }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Removes the files in the folder, and the folder: it holds no folders.
    func remove() {
        guard let folder = opendir(path) else { return }
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { unlink("\(path)/\(name)") }
        }
        closedir(folder)
        rmdir(path)
    }
}
