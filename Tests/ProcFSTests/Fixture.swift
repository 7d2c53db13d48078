import Glibc

/// The trees of kernel files that stand beside these tests.
enum Fixture {
    /// Read on a virtual machine with two CPUs, Linux 6.18, a Redis with one client by IPv4 and one by IPv6.
    static let linux618 = root("linux-6.18")
    /// Written after proc(5): one CPU of an old kernel, no swap, no pressure, no IPv6, no sockets, odd names.
    static let bare = root("bare")

    private static func root(_ name: String, file: String = #filePath) -> String {
        let folder = file.split(separator: "/").dropLast().joined(separator: "/")
        return "/\(folder)/Fixtures/\(name)"
    }

    static func bytes(_ path: String) -> [UInt8] {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = read(descriptor, &piece, piece.count)
            guard count > 0 else { return bytes }
            bytes += piece[..<count]
        }
    }
}
