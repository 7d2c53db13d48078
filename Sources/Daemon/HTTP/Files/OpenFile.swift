import Glibc
import Settings

/// A descriptor of a file, closed with the last who holds it.
final class OpenFile: Sendable {
    private let descriptor: CInt

    private init(_ descriptor: CInt) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Links are not followed; a pipe or a device is none, and is not waited for.
    convenience init(_ path: String) throws(Folder.Failure) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { throw Folder.Failure(errno: errno) }
        self.init(descriptor)
    }

    /// What the path leads to.
    static func version(_ path: String) throws(Folder.Failure) -> FileVersion {
        try version(FileFacts(path: path))
    }

    func version() throws(Folder.Failure) -> FileVersion { try Self.version(FileFacts(descriptor: descriptor)) }

    private static func version(_ facts: FileFacts?) throws(Folder.Failure) -> FileVersion {
        guard let facts else { throw Folder.Failure(errno: errno) }
        guard facts.isRegular else { throw .notFound }
        return FileVersion(
            size: facts.size, modifiedSecond: facts.modifiedSecond, modifiedNanosecond: facts.modifiedNanosecond)
    }

    /// These bytes. Blocks while the disk answers.
    func read(_ range: Range<Int>) throws(Folder.Failure) -> [UInt8] {
        var failure: Folder.Failure?
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { room, filled in
            while filled < range.count, failure == nil {
                let missing = range.count - filled
                let start = room.baseAddress.map { $0 + filled }
                let count = pread(descriptor, start, missing, off_t(range.lowerBound + filled))
                // Shorter than it was: what was promised cannot be given.
                if count > 0 { filled += count } else { failure = .unavailable(errno: count == 0 ? EIO : errno) }
            }
        }
        if let failure { throw failure }
        return bytes
    }
}
