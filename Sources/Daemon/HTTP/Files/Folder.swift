import Glibc
import NIOConcurrencyHelpers
import NIOCore
import SocketIOServer

/// The files below one folder. Small files are kept in memory, and all readers share them.
final class Folder: Sendable {
    /// Why a file could not be opened.
    enum Failure: Error, Equatable {
        case notFound
        /// For the moment, for example because the process has no descriptor left.
        case unavailable(errno: CInt)

        init(errno: CInt) {
            switch errno {
            case EMFILE, ENFILE, ENOMEM, EIO: self = .unavailable(errno: errno)
            default: self = .notFound
            }
        }
    }

    struct File: Sendable {
        let version: FileVersion
        let content: Content

        /// Whether it can be sent compressed.
        var isCompressible: Bool {
            if case .bytes(_, _?) = content { true } else { false }
        }

        /// The bytes that are held for it.
        fileprivate var keptBytes: Int {
            guard case .bytes(let bytes, let gzip) = content else { return 0 }
            return bytes.readableBytes + (gzip?.readableBytes ?? 0)
        }

        /// The compressed form, with a version of its own (RFC 9110 §8.8.3.3).
        var compressed: File? {
            guard case .bytes(_, let gzip?) = content else { return nil }
            return File(version: version.compressed(to: gzip.readableBytes), content: .bytes(gzip, gzip: nil))
        }
    }

    enum Content: Sendable {
        /// - Parameter gzip: The same compressed, if that is smaller.
        case bytes(ByteBuffer, gzip: ByteBuffer?)
        /// Too large to keep. It is read bit by bit, and opened anew for each, so that a slow reader holds no
        /// descriptor.
        case large(path: String)
    }

    private static let maxKept = 2 << 20
    private static let maxKeptInAll = 16 << 20

    private struct Kept {
        var files: [String: File] = [:]
        var bytes = 0
    }

    private let root: String
    private let kept = NIOLockedValueBox(Kept())

    init(_ root: String) { self.root = root }

    /// The regular file with that path. Blocks while the disk works.
    func file(_ path: AssetPath) throws(Failure) -> File {
        let real = try resolved(path)
        let version = try OpenFile.version(real)
        if let known = kept.withLockedValue({ $0.files[real] }), known.version == version { return known }
        // Check the opened file: the path may lead to another one in the meantime.
        let file = try OpenFile(real)
        let opened = try file.version()
        guard opened.size <= Self.maxKept else { return File(version: opened, content: .large(path: real)) }
        let bytes = ByteBuffer(bytes: try file.read(0..<opened.size))
        let read = File(version: opened, content: .bytes(bytes, gzip: Self.compressed(bytes, path.relative)))
        keep(read, real)
        return read
    }

    /// Links may lead to places inside the folder, but not out of it.
    private func resolved(_ path: AssetPath) throws(Failure) -> String {
        guard let base = Self.realPath(root) else { throw Failure(errno: errno) }
        guard let real = Self.realPath("\(base)/\(path.relative)") else { throw Failure(errno: errno) }
        guard real.hasPrefix(base == "/" ? base : base + "/") else { throw .notFound }
        return real
    }

    private func keep(_ file: File, _ path: String) {
        kept.withLockedValue { kept in
            kept.bytes += file.keptBytes - (kept.files[path]?.keptBytes ?? 0)
            kept.files[path] = file
            guard kept.bytes > Self.maxKeptInAll else { return }
            kept = Kept(files: [path: file], bytes: file.keptBytes)
        }
    }

    /// Done once for a version of a file, so it may take its time: level 6 needs some ms for 100 KiB.
    private static func compressed(_ bytes: ByteBuffer, _ name: String) -> ByteBuffer? {
        guard MediaKind(name).isCompressible, bytes.readableBytes >= Gzip.leastBytes else { return nil }
        return Gzip.compress([bytes], level: 6)
    }

    private static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(validatingCString: resolved)
    }
}

/// The path of a URL, as a path below the served folder.
struct AssetPath: Equatable {
    /// Names joined by slashes, without one at either end.
    let relative: String

    /// Nil for paths that cannot be a public file: with empty names, names that begin with a dot (such as `..`),
    /// slashes or backslashes inside a name, or bytes that no file of ours has in its name.
    ///
    /// - Parameter raw: the text after the folder's slash in the request, percent-encoded.
    init?(_ raw: Substring) {
        let names = raw.split(separator: "/", omittingEmptySubsequences: false).map(Self.decoded)
        guard !names.isEmpty, names.allSatisfy({ $0.map(Self.isServed) ?? false }) else { return nil }
        relative = names.compactMap { $0 }.joined(separator: "/")
    }

    init(ours name: String) { relative = name }

    private static func isServed(_ name: String) -> Bool {
        guard !name.isEmpty, !name.hasPrefix("."), name.utf8.count <= 255 else { return false }
        return name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\") }
    }

    /// Decodes RFC 3986 §2.1 once; nil if the text is not encoded like this, or not UTF-8.
    private static func decoded(_ name: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = name.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46, 0x61...0x66: (byte | 0x20) - 0x61 + 10
        default: nil
        }
    }
}
