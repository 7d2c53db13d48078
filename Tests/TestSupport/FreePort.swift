internal import NIOCore
internal import NIOPosix

/// A TCP port on loopback that nobody listens on.
///
/// Taken from below the range that Linux gives to outgoing connections: while a server is down, one of those may take
/// the server's port, or even connect to itself through it.
package enum FreePort {
    package struct NoneFound: Error {}

    package static func take() async throws -> Int {
        for _ in 0..<100 {
            let port = Int.random(in: 20_000..<32_000)
            let bootstrap = ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            guard let channel = try? await bootstrap.bind(host: "127.0.0.1", port: port).get() else { continue }
            try await channel.close()
            return port
        }
        throw NoneFound()
    }
}
