import Glibc
import NIOConcurrencyHelpers
import NIOCore

/// The files below one folder. Small ones are kept in memory, once for everybody who reads them.
final class Folder: Sendable {
    /// Why there is none.
    enum Failure: Error, Equatable {
        case notFound
        /// For now: the process has no descriptor left, for example.
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
    }

    enum Content: Sendable {
        case bytes(ByteBuffer)
        /// Too large to be kept: read bit by bit, each from the path anew. A reader that takes its time holds no
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

    /// A regular file of that path. Blocks while the disk answers.
    func file(_ path: AssetPath) throws(Failure) -> File {
        let real = try resolved(path)
        let version = try OpenFile.version(real)
        if let known = kept.withLockedValue({ $0.files[real] }), known.version == version { return known }
        // What was opened is what counts: it may be another one meanwhile.
        let file = try OpenFile(real)
        let opened = try file.version()
        guard opened.size <= Self.maxKept else { return File(version: opened, content: .large(path: real)) }
        let read = File(version: opened, content: .bytes(ByteBuffer(bytes: try file.read(0..<opened.size))))
        keep(read, real)
        return read
    }

    /// Links may lead about inside the folder, not out of it.
    private func resolved(_ path: AssetPath) throws(Failure) -> String {
        guard let base = Self.realPath(root) else { throw Failure(errno: errno) }
        guard let real = Self.realPath("\(base)/\(path.relative)") else { throw Failure(errno: errno) }
        guard real.hasPrefix(base == "/" ? base : base + "/") else { throw .notFound }
        return real
    }

    private func keep(_ file: File, _ path: String) {
        kept.withLockedValue { kept in
            kept.bytes += file.version.size - (kept.files[path]?.version.size ?? 0)
            kept.files[path] = file
            guard kept.bytes > Self.maxKeptInAll else { return }
            kept = Kept(files: [path: file], bytes: file.version.size)
        }
    }

    private static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(validatingCString: resolved)
    }
}

/// A path of a URL as one below the folder that is served.
struct AssetPath: Equatable {
    /// Names joined by slashes, with neither at the ends.
    let relative: String

    /// Nil for what names no file that could be meant for others: empty and dotted names, `..` among them, slashes and
    /// backslashes in a name, bytes that no file of ours has in its name.
    ///
    /// - Parameter raw: As it stands in the request, percent-encoded, behind the slash of the folder.
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

    /// RFC 3986 §2.1, once; nil for what is not encoded so, or no UTF-8.
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
