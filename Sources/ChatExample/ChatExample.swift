import SocketIOServer

/// `swift run ChatExample [PORT]`: the chat on 127.0.0.1, port 3000 unless told otherwise, until it is ended.
@main
enum ChatExample {
    static func main() async throws {
        var configuration = SocketIOServerConfiguration()
        configuration.port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 3000
        configuration.origins = .sameOrigin(also: ["http://localhost:3000"])
        let io = SocketIOServer(configuration)
        _ = Chat(io)
        try await io.run()
    }
}
