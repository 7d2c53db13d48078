import Glibc

/// A copy of a fixture tree that a test may change between two samples, as the kernel does; removed with the object.
package final class KernelTree {
    package struct Failure: Error {
        package var path: String
        package var errno: CInt
    }

    package let root: String

    /// Copies the tree `name` of the parsers' fixtures.
    package init(_ name: String) throws {
        root = try ScratchFolder.make()
        try overlay(name)
    }

    deinit {
        ScratchFolder.remove(root)
    }

    /// Puts another tree's files over this one's.
    package func overlay(_ name: String) throws {
        // Of this file, not of the caller's: as a default argument it would be that one.
        let tests = (#filePath).split(separator: "/").dropLast(2).joined(separator: "/")
        try copy("/\(tests)/ProcFSTests/Fixtures/\(name)", "")
    }

    /// Writes a file where it stands, so that kept descriptors see it.
    package func write(_ path: String, _ text: String) throws {
        try write(path, Array(text.utf8))
    }

    package func remove(_ path: String) { ScratchFolder.remove("\(root)/\(path)") }

    private func write(_ path: String, _ bytes: [UInt8]) throws {
        for (index, character) in path.enumerated() where character == "/" {
            mkdir("\(root)/\(path.prefix(index))", 0o755)
        }
        let descriptor = open("\(root)/\(path)", O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard descriptor >= 0 else { throw Failure(path: path, errno: errno) }
        defer { close(descriptor) }
        guard bytes.isEmpty || Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw Failure(path: path, errno: errno)
        }
    }

    private func copy(_ source: String, _ path: String) throws {
        guard let names = Self.list("\(source)/\(path)") else { throw Failure(path: source, errno: errno) }
        for name in names {
            let next = path.isEmpty ? name : "\(path)/\(name)"
            if Self.list("\(source)/\(next)") != nil {
                for (index, character) in "\(next)/".enumerated() where character == "/" {
                    mkdir("\(root)/\(next.prefix(index))", 0o755)
                }
                try copy(source, next)
            } else {
                try write(next, Self.bytes("\(source)/\(next)"))
            }
        }
    }

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

    private static func bytes(_ path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { throw Failure(path: path, errno: errno) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = read(descriptor, &bytes, bytes.count)
        return Array(bytes.prefix(max(0, count)))
    }
}
