import Glibc
import Probes
import Testing

@testable import CollectorAgent

/// A copy of a fixture tree that a test may change between two samples, as the kernel does; removed with the object.
final class KernelTree {
    let root: String

    /// Copies the tree `name` of the parsers' fixtures.
    init(_ name: String) throws {
        var template = Array("/tmp/kernel-tree-XXXXXX\0".utf8.map(CChar.init(bitPattern:)))
        root = try #require(mkdtemp(&template).map { String(cString: $0) })
        try overlay(name)
    }

    deinit {
        Self.remove(root)
    }

    /// Puts another tree's files over this one's.
    func overlay(_ name: String) throws {
        // Of this file, not of the caller's: as a default argument it would be that one.
        let tests = (#filePath).split(separator: "/").dropLast(2).joined(separator: "/")
        try copy("/\(tests)/ProcFSTests/Fixtures/\(name)", "")
    }

    /// Writes a file where it stands, so that kept descriptors see it.
    func write(_ path: String, _ text: String) throws {
        try write(path, Array(text.utf8))
    }

    func remove(_ path: String) { Self.remove("\(root)/\(path)") }

    private func write(_ path: String, _ bytes: [UInt8]) throws {
        for (index, character) in path.enumerated() where character == "/" {
            mkdir("\(root)/\(path.prefix(index))", 0o755)
        }
        let descriptor = open("\(root)/\(path)", O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        try #require(bytes.isEmpty || Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
    }

    private func copy(_ source: String, _ path: String) throws {
        for name in try names(in: "\(source)/\(path)") {
            let next = path.isEmpty ? name : "\(path)/\(name)"
            if Self.list("\(source)/\(next)") != nil {
                for (index, character) in "\(next)/".enumerated() where character == "/" {
                    mkdir("\(root)/\(next.prefix(index))", 0o755)
                }
                try copy(source, next)
            } else {
                try write(next, bytes("\(source)/\(next)"))
            }
        }
    }

    private func names(in folder: String) throws -> [String] { try #require(Self.list(folder)) }

    private static func list(_ folder: String) -> [String]? {
        guard let stream = opendir(folder) else { return nil }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    private func bytes(_ path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = read(descriptor, &bytes, bytes.count)
        return Array(bytes.prefix(max(0, count)))
    }

    private static func remove(_ path: String) {
        for name in list(path) ?? [] { remove("\(path)/\(name)") }
        if rmdir(path) != 0 { unlink(path) }
    }
}

extension SampleMoment {
    /// A moment so many seconds after the first.
    static func make(_ seq: UInt64, atS seconds: UInt64) -> SampleMoment {
        SampleMoment(
            host: "h", startMs: 1, seq: seq, epochMs: Int64(seconds) * 1000, monotonicNs: seconds * 1_000_000_000,
            intervalMs: 2000, boot: nil, startedCPUNs: 0)
    }
}
