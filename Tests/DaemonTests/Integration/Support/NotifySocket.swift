import Dispatch
import Glibc

/// The socket of a service manager, which hears what a program tells it.
final class NotifySocket: Sendable {
    /// Whole datagrams, in their order.
    let notices: AsyncStream<String>
    private let descriptor: CInt
    private let path: String

    /// - Parameter path: of a file that there is not yet, or `@` and an abstract name.
    init?(_ path: String) {
        self.path = path
        descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        var name = Array(path.utf8)
        if name.first == UInt8(ascii: "@") { name[0] = 0 }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        let (fd, stream) = (descriptor, AsyncStream.makeStream(of: String.self))
        notices = stream.stream
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(fd, $0, length) }
        }
        guard bound == 0 else { return nil }
        DispatchQueue(label: "notices").async {
            var buffer = [UInt8](repeating: 0, count: 4096)
            while case let count = recv(fd, &buffer, buffer.count, 0), count > 0 {
                stream.continuation.yield(String(decoding: buffer[..<count], as: UTF8.self))
            }
            stream.continuation.finish()
            close(fd)
        }
    }

    /// Ends the stream.
    func end() {
        shutdown(descriptor, CInt(SHUT_RDWR))
        if path.hasPrefix("/") { unlink(path) }
    }

    /// The next notice that begins so; those before it are dropped.
    func next(_ beginning: String) async -> String? {
        for await notice in notices where notice.hasPrefix(beginning) { return notice }
        return nil
    }
}
