import Logging
import NIOCore
import NIOPosix
import SocketIOServer
import TestSupport
import Testing

@testable import Daemon

/// What the gate knows of a client that shows a certificate, with `openssl s_client` as the client.
@Suite(.timeLimit(.minutes(1))) struct ClientCertificateTests {
    private static let request =
        #"printf 'GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' | "#

    /// Whom each handshake was by.
    private static func seen(
        _ options: [String], authority: Bool = true
    ) async throws -> [(isSecure: Bool, certificate: PeerCertificate?)] {
        try await TestCertificates.with { made in
            var files = TLSFiles(certificate: made.path("server.pem"), key: made.path("server.key"))
            if authority { files.clientAuthority = made.authority }
            let identity = try files.load(now: WallClock.seconds())
            let (handshakes, handshake) = AsyncStream.makeStream(
                of: (isSecure: Bool, certificate: PeerCertificate?).self)
            let (ports, port) = AsyncStream.makeStream(of: Int.self)
            var configuration = SocketIOServerConfiguration()
            configuration.port = 0
            configuration.secure = { try $0.pipeline.syncOperations.addHandler(TLSDoor(identity)) }
            configuration.allowRequest = {
                handshake.yield((isSecure: $0.secure, certificate: $0.certificate))
                return true
            }
            let server = SocketIOServer(
                configuration, eventLoop: MultiThreadedEventLoopGroup.singleton.next(), logger: .silent,
                onListening: { port.yield($0.port ?? 0) })
            let running = Task { try await server.run() }
            var iterator = ports.makeAsyncIterator()
            let bound = try #require(await iterator.next())
            for options in options {
                // It ends with an error where it is refused.
                try await made.change(
                    "\(request) openssl s_client -quiet -connect 127.0.0.1:\(bound) \(options) || true")
            }
            running.cancel()
            try await running.value
            handshake.finish()
            return await handshakes.reduce(into: []) { $0.append($1) }
        }
    }

    @Test func `a certificate by a trusted authority says who the client is`() async throws {
        let seen = try await Self.seen(["-cert client.pem -key client.key"])
        let expected = PeerCertificate(subject: "CN=client", commonName: "client", names: ["DNS:client.example"])
        #expect(seen.map(\.certificate) == [expected] && seen.map(\.isSecure) == [true])
    }

    @Test func `without one the client is nobody, and one by a stranger gets no handshake at all`() async throws {
        let seen = try await Self.seen([
            "", "-cert stranger.pem -key stranger.key", "-cert expired.pem -key expired.key",
        ])
        #expect(seen.map(\.certificate) == [nil])
    }

    @Test func `one that nobody asked for says nothing`() async throws {
        let seen = try await Self.seen(["-cert client.pem -key client.key"], authority: false)
        #expect(seen.map(\.certificate) == [nil] && seen.map(\.isSecure) == [true])
    }
}
