import Glibc
import Logging
import NIOCore

/// A `redis-server` for the demo alone: a unix socket in a temporary folder, no TCP port, and nothing on disk.
struct PrivateRedis: Sendable {
    let folder: TemporaryFolder
    let process: ChildProcess

    var url: String { "unix://\(Self.socketPath(in: folder))" }

    /// - Parameters:
    ///   - server: path of `redis-server`.
    ///   - folder: the place of its socket. If this process was killed by SIGKILL, the server's guardian removes it.
    init(server: String, folder: TemporaryFolder, logger: Logger) {
        self.folder = folder
        process = ChildProcess(
            name: "redis-server", executable: "/bin/sh",
            arguments: [
                "-c", Self.guardian, "redis-guardian", folder.path,
                server, "--port", "0", "--unixsocket", Self.socketPath(in: folder), "--unixsocketperm", "700",
                "--save", "", "--appendonly", "no", "--dir", folder.path, "--daemonize", "no", "--loglevel", "warning",
                "--maxmemory", "256mb", "--maxmemory-policy", "noeviction",
            ],
            atEnd: .fail, logger: logger)
    }

    /// Returns when the server accepts connections, or after 5 s. After that, connecting shows what is wrong.
    @Sendable func untilListening() async {
        let deadline = ContinuousClock.now + .seconds(5)
        while !accepts(), ContinuousClock.now < deadline {
            guard (try? await Task.sleep(for: .milliseconds(5))) != nil else { return }
        }
    }

    /// Whether connect(2) succeeds. The socket's file alone is not enough: it exists a moment before the server
    /// listens.
    private func accepts() -> Bool {
        guard let address = try? SocketAddress(unixDomainSocketPath: Self.socketPath(in: folder)) else { return false }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return address.withSockAddr { connect(descriptor, $0, socklen_t($1)) } == 0
    }

    private static func socketPath(in folder: TemporaryFolder) -> String { "\(folder.path)/redis.sock" }

    /// Runs `redis-server` and ends it when standard input ends. That is when the daemon has ended, even by SIGKILL.
    /// redis-server itself would go on without its parent.
    private static let guardian = """
        folder=$1
        shift
        exec 3<&0
        "$@" </dev/null 3<&- &
        server=$!
        trap 'kill -TERM "$server" 2>/dev/null' TERM INT HUP
        ( trap - TERM INT HUP
          read -r line <&3
          kill -TERM "$server" ) >/dev/null 2>&1 &
        watcher=$!
        wait "$server"
        status=$?
        while kill -0 "$server" 2>/dev/null; do
            wait "$server"
            status=$?
        done
        kill "$watcher" 2>/dev/null
        rm -rf "$folder"
        exit "$status"
        """
}

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
        // The path of a unix socket may have 107 bytes. A long TMPDIR leaves no room for it.
        let base = temporary.flatMap { (1...60).contains($0.utf8.count) ? $0 : nil } ?? "/tmp"
        var template = Array("\(base)/\(prefix)-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { buffer -> Bool in
            buffer.baseAddress.map { mkdtemp($0) != nil } ?? false
        }
        guard made else { throw NotMade(path: base, reason: String(cString: strerror(errno))) }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Removes the files in the folder, and then the folder. There are no folders in it.
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
