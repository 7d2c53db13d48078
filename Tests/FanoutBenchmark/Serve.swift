import ArgumentParser
import Logging
import NIOCore
import NIOPosix
import SocketIOServer

/// The server under test with its default limits; broadcasts as it is told.
struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The server under test.", shouldDisplay: false)

    @Option(help: "Bytes of an event's argument.") var eventBytes = BenchEvent.argumentBytes
    @Option(help: "Events of one turn of the loop.") var together = 1
    @Flag(help: "Compress for clients that offer it.") var compressed = false

    func run() throws {
        try Limits.raiseOpenFiles()
        var configuration = SocketIOServerConfiguration()
        configuration.port = 0
        configuration.overflow = .resync
        configuration.messageCompression = MessageCompression(compressed ? .all : .none)
        let loop = MultiThreadedEventLoopGroup(numberOfThreads: 1).next()
        let server = SocketIOServer(
            configuration, eventLoop: loop,
            logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() },
            onListening: { Output.write("port \($0.port ?? 0)") })
        let namespace = server.of("/")
        let running = Task { try await server.run() }
        while let line = readLine() {
            guard let order = Order(line) else { throw ValidationError("unknown order: \(line)") }
            let done = loop.makePromise(of: Span.self)
            loop.execute {
                BroadcastRun(order, namespace, eventBytes: eventBytes, together: together, done).begin()
            }
            Output.write(try done.futureResult.wait().line)
        }
        running.cancel()
    }
}
