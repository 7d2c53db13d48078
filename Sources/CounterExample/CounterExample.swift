import Hummingbird
import SocketIOHummingbird
import SocketIOServer
import Synchronization

/// `swift run CounterExample [PORT]`: a number that everybody sees and may raise, inside a Hummingbird application.
///
/// ```js
/// const socket = io("http://127.0.0.1:3000");
/// socket.on("count", (n) => …);
/// socket.emit("add", 1, (n) => …);
/// ```
@main
enum CounterExample {
    static func main() async throws {
        let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 3000
        let io = SocketIOServer()
        let counter = Counter()
        io.onConnection { socket in
            try? socket.emit("count", counter.value)
            socket.on("add") { (step: Int) in
                let value = counter.add(step)
                try io.volatile.emit("count", value)
                return value
            }
        }
        let router = Router()
        router.get("/count") { _, _ in "\(counter.value)\n" }
        let application = Application(
            router: router, server: .socketIO(io),
            configuration: .init(address: .hostname("127.0.0.1", port: port)),
            eventLoopGroupProvider: .shared(io.eventLoop))
        try await application.runService()
    }
}

/// One number, raised from anywhere.
private final class Counter: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }

    func add(_ step: Int) -> Int {
        count.withLock { count in
            count &+= step
            return count
        }
    }
}
