import Glibc
import ProcFS
package import RedisClient

/// A folder of segments on disk, with the samples that wait for one Redis. First in, first out, across runs and
/// crashes.
///
/// One process at a time uses a folder. Not safe to share between threads.
final class Spool {
    /// A sample that an earlier run left.
    struct Recovered {
        var place: SpoolPlace
        var epochMs: Int64
        var size: Int
    }

    /// A folder's names may be taken by what is no segment; so many are tried.
    private static let triedNumbers = 100

    let folder: String
    private let parent: String?
    private var lock: CInt = -1
    /// Somebody has removed the folder, or the segment that was written: both are made anew.
    private var isRemoved = false
    private var segments: [SpoolSegment] = []
    private var recovered: [Recovered] = []
    private var nextNumber: UInt64 = 0
    private var isClosed = false
    /// Segments of an earlier run that could not be read. They are left as they are.
    private var unreadable: [SpoolError] = []

    /// Makes the folder if it is missing, and reads its content.
    ///
    /// - Parameter parent: the folder above it, which the settings name. Somebody who can write there could replace the
    ///   folder.
    init(folder: String, within parent: String? = nil) throws(SpoolError) {
        self.folder = folder
        self.parent = parent
        try take()
        recover()
    }

    deinit {
        if lock >= 0 { Glibc.close(lock) }
    }

    /// Makes the folder where it is missing, and takes it for this process.
    private func take() throws(SpoolError) {
        if let parent {
            try Self.makeFolder(parent)
            // A slash at the end would make the system follow a link.
            let end = parent.lastIndex { $0 != "/" } ?? parent.startIndex
            try Self.makeSure(isOwn: String(parent[...end]), mayBeOfRoot: true)
        }
        try Self.makeFolder(folder)
        try Self.makeSure(isOwn: folder)
        let lockPath = "\(folder)/lock"
        let taken = Glibc.open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard taken >= 0 else { throw .system(operation: "open", path: lockPath, errno: errno) }
        // A folder that is taken again may still have the lock of this process.
        if lock >= 0 { Glibc.close(lock) }
        lock = -1
        guard flock(taken, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            Glibc.close(taken)
            throw reason == EWOULDBLOCK
                ? .locked(path: folder)
                : .system(
                    operation: "lock", path: lockPath, errno: reason)
        }
        lock = taken
    }

    /// The samples found at the start. It gives them only once.
    func takeRecovered() -> [Recovered] {
        defer { recovered = [] }
        return recovered
    }

    func takeUnreadable() -> [SpoolError] {
        defer { unreadable = [] }
        return unreadable
    }

    /// Throws ``SpoolError/removed(path:)`` once where somebody has removed what was written last; the next call makes
    /// the folder anew.
    func append(_ sample: WaitingSample) throws(SpoolError) -> SpoolPlace {
        guard !isClosed else { throw .system(operation: "write", path: folder, errno: EBADF) }
        if isRemoved {
            try take()
            segments.append(try newSegment())
            isRemoved = false
        } else if segments.last?.isRemoved ?? (access(folder, F_OK) != 0) {
            isRemoved = true
            throw .removed(path: folder)
        }
        if let last = segments.last, last.end < SpoolSegment.fullBytes {
            return try last.append(SpoolRecord.encode(sample))
        }
        let segment = try newSegment()
        segments.append(segment)
        return try segment.append(SpoolRecord.encode(sample))
    }

    /// Numbers whose names are taken, by a folder for instance, are passed over.
    private func newSegment() throws(SpoolError) -> SpoolSegment {
        for _ in 1..<Self.triedNumbers {
            defer { nextNumber += 1 }
            do throws(SpoolError) {
                return try SpoolSegment(creatingIn: folder, number: nextNumber)
            } catch {
                guard case .system(_, _, EEXIST) = error else { throw error }
            }
        }
        defer { nextNumber += 1 }
        return try SpoolSegment(creatingIn: folder, number: nextNumber)
    }

    func read(_ place: SpoolPlace) throws(SpoolError) -> WaitingSample {
        guard let segment = segments.first(where: { $0.number == place.segment }) else {
            throw .damaged(path: SpoolSegment.path(in: folder, number: place.segment), offset: place.offset)
        }
        return try segment.read(place)
    }

    /// Forgets the sample at `place` and all before it.
    func release(through place: SpoolPlace) {
        while let first = segments.first, first.number < place.segment {
            first.remove()
            segments.removeFirst()
        }
        guard let first = segments.first, first.number == place.segment else { return }
        if place.end >= first.end {
            first.remove()
            segments.removeFirst()
        } else {
            first.release(to: place.end)
        }
    }

    /// Releases the folder for another process.
    func close() {
        isClosed = true
        segments = []
        flock(lock, LOCK_UN)
    }

    private func recover() {
        let numbers = Self.numbers(in: folder)
        nextNumber = (numbers.last ?? 0) + 1
        for number in numbers {
            do throws(SpoolError) {
                let segment = try SpoolSegment(recovering: folder, number: number) { place, sample in
                    recovered.append(Recovered(place: place, epochMs: sample.epochMs, size: sample.bytes.count))
                } onDamage: {
                    unreadable.append($0)
                }
                if segment.head >= segment.end { segment.remove() } else { segments.append(segment) }
            } catch {
                unreadable.append(error)
            }
        }
    }

    private static func numbers(in folder: String) -> [UInt64] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var numbers: [UInt64] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            // None that a spool did not give: numbers are counted on from the largest.
            guard name.hasSuffix(".spool"), let number = UInt64(name.dropLast(6)), number < .max / 2,
                SpoolSegment.path(in: folder, number: number) == "\(folder)/\(name)"
            else { continue }
            numbers.append(number)
        }
        return numbers.sorted()
    }

    /// Samples from here are sent in this host's name, so nobody else may be able to put any here.
    private static func makeSure(isOwn path: String, mayBeOfRoot: Bool = false) throws(SpoolError) {
        let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            // Somebody else may have made the link. If it is not a folder at all, making the lock in it fails later.
            let reason = errno
            var status = stat()
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFLNK else {
                throw .foreign(path: path, reason: "is a link")
            }
            if reason == ENOTDIR { return }
            throw .system(operation: "open the folder", path: path, errno: reason)
        }
        defer { Glibc.close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw .system(operation: "look at the folder", path: path, errno: errno)
        }
        guard status.st_uid == geteuid() || mayBeOfRoot && status.st_uid == 0 else {
            throw .foreign(path: path, reason: "belongs to user \(status.st_uid), not to \(geteuid())")
        }
        guard status.st_mode & 0o022 == 0 else { throw .foreign(path: path, reason: "can be written by others") }
    }

    /// Like `mkdir -p`, readable only by this user.
    private static func makeFolder(_ path: String) throws(SpoolError) {
        var made = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            made += "/\(part)"
            guard mkdir(made, 0o700) != 0, errno != EEXIST, errno != EISDIR else { continue }
            throw .system(operation: "make the folder", path: made, errno: errno)
        }
    }
}

/// Why the spool cannot be used, with the path.
package enum SpoolError: Error, Sendable, Equatable, CustomStringConvertible {
    case system(operation: String, path: String, errno: CInt)
    case locked(path: String)
    /// The folder belongs to another user, or others may write into it, so its content cannot be trusted.
    case foreign(path: String, reason: String)
    case damaged(path: String, offset: Int)
    /// While it was used.
    case removed(path: String)

    package var description: String {
        switch self {
        case .system(let operation, let path, let errno):
            "cannot \(operation) \(path): \(SystemMessage.text(for: errno))"
        case .locked(let path): "\(path) is in use by another collector"
        case .foreign(let path, let reason): "\(path) \(reason); give it to this collector's user alone"
        case .damaged(let path, let offset): "\(path) is damaged at byte \(offset)"
        case .removed(let path): "\(path), or what was in it, has been removed; it is made anew"
        }
    }
}

/// The place of a sample in the spool.
struct SpoolPlace: Sendable, Equatable {
    var segment: UInt64
    var offset: Int
    /// The length of the whole record.
    var length: Int

    var end: Int { offset + length }
}

/// The place below the spool's folder where the samples for one Redis wait.
package enum SpoolFolder {
    /// A folder named after the server. Its password and the order of the settings do not matter.
    package static func path(in folder: String, for endpoint: RedisEndpoint) -> String {
        let name = endpoint.description.map { character in
            character.isASCII && (character.isLetter || character.isNumber || ".-_".contains(character))
                ? character : "_"
        }
        // Long names (socket paths, or many sentinels) are cut, and a checksum tells them apart.
        let checksum = String(CRC32.checksum(of: endpoint.description.utf8), radix: 16)
        return "\(folder)/\(String(name.prefix(100)))-\(checksum)"
    }
}
