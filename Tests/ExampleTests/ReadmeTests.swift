import Foundation
import NIOCore
import SocketIOServer
import TestSupport
import Testing

/// Under a name that the test's stand-in, which takes a free port, does not hide.
private typealias Server = SocketIOServer

/// The README's server, as it stands there: it compiles, and does what it says.
@Suite(.timeLimit(.minutes(1)))
struct ReadmeTests {
    @Test func `the server of the README echoes a chat message to all`() async throws {
        let (ports, sink) = AsyncStream.makeStream(of: Int.self)
        func SocketIOServer() -> Server {
            var configuration = SocketIOServerConfiguration()
            configuration.port = 0
            return Server(configuration, onListening: { sink.yield($0.port ?? 0) })
        }
        let running = Task {
            let io = SocketIOServer()
            io.of("/chat").onConnection { socket in
                socket.on("chat message") { (text: String) in try io.of("/chat").emit("chat message", text) }
            }
            try await io.run()
        }
        var iterator = ports.makeAsyncIterator()
        let port = try #require(await iterator.next())
        let one = try await SocketIOTestClient.connect(port: port, namespace: "/chat")
        let two = try await SocketIOTestClient.connect(port: port, namespace: "/chat")
        try await one.emit("chat message", "\"hi\"")
        for client in [one, two] { #expect(try await client.next("chat message").arguments == ["hi"]) }
        running.cancel()
        try await running.value
    }

    @Test func `the README shows that server`() throws {
        let here = URL(filePath: #filePath)
        let root = here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
        let tried = try String(contentsOf: here, encoding: .utf8).split(separator: "\n").map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        let block = try #require(
            readme.components(separatedBy: "```swift\n").last?
                .components(separatedBy: "```").first)
        #expect(block.contains("io.run()"))
        for line in block.split(separator: "\n") {
            #expect(tried.contains(line.trimmingCharacters(in: .whitespaces)))
        }
    }
}
