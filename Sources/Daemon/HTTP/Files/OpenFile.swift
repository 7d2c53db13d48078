import Glibc
import HTTPTypes
import Settings
import SocketIOServer

/// A descriptor of a file. It is closed with its last owner.
final class OpenFile: Sendable {
    private let descriptor: CInt

    private init(_ descriptor: CInt) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Links are not followed. A pipe or a device does not count as a file, and is not waited for.
    convenience init(_ path: String) throws(Folder.Failure) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { throw Folder.Failure(errno: errno) }
        self.init(descriptor)
    }

    /// The real path.
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

    /// Reads these bytes. Blocks while the disk works.
    func read(_ range: Range<Int>) throws(Folder.Failure) -> [UInt8] {
        var failure: Folder.Failure?
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { room, filled in
            while filled < range.count, failure == nil {
                let missing = range.count - filled
                let start = room.baseAddress.map { $0 + filled }
                let count = pread(descriptor, start, missing, off_t(range.lowerBound + filled))
                // The file has become shorter, so the promised bytes cannot be sent.
                if count > 0 { filled += count } else { failure = .unavailable(errno: count == 0 ? EIO : errno) }
            }
        }
        if let failure { throw failure }
        return bytes
    }
}

/// Identifies the content of a file for caches, and answers what a request asks about it (RFC 9110 §8.8, §13).
struct FileVersion: Hashable {
    let size: Int
    let modifiedSecond: Int
    let modifiedNanosecond: Int
    /// A compressed form is another representation of the file.
    var isCompressed = false

    enum Verdict: Equatable { case proceed, notModified, failed }

    /// A strong tag: no file of ours changes within a nanosecond and keeps its size.
    var tag: String {
        "\"\(String(modifiedSecond, radix: 16))\(String(modifiedNanosecond, radix: 16))-\(String(size, radix: 16))\(isCompressed ? "-gzip" : "")\""
    }

    var lastModified: String { DateHeader.format(modifiedSecond) }

    /// The same content, compressed to `size` bytes.
    func compressed(to size: Int) -> FileVersion {
        FileVersion(
            size: size, modifiedSecond: modifiedSecond, modifiedNanosecond: modifiedNanosecond, isCompressed: true)
    }

    /// Checks in the order of §13.2.2.
    func verdict(on fields: HTTPFields) -> Verdict {
        if let match = fields[.ifMatch] {
            guard names(match, weakly: false) else { return .failed }
        } else if let since = fields[.ifUnmodifiedSince].flatMap(DateHeader.parse), modifiedSecond > since {
            return .failed
        }
        if let match = fields[.ifNoneMatch] { return names(match, weakly: true) ? .notModified : .proceed }
        guard let since = fields[.ifModifiedSince].flatMap(DateHeader.parse) else { return .proceed }
        return modifiedSecond <= since ? .notModified : .proceed
    }

    /// Whether the answer may be a range: the client's other part is of the same content (§13.1.5).
    func allowsRange(_ fields: HTTPFields) -> Bool {
        guard let condition = fields[.ifRange] else { return true }
        return condition == tag || condition == lastModified
    }

    private func names(_ list: String, weakly: Bool) -> Bool {
        list.split(separator: ",").contains { element in
            let element = element.filter { $0 != " " && $0 != "\t" }
            return element == "*" || element == tag || (weakly && element == "W/" + tag)
        }
    }
}
