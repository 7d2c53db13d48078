import NIOCore
import NIOWebSocket
import SeededRandom
import TestSupport

/// One client after the other: it connects, subscribes anew, reads or stalls for a while, and leaves politely or not.
struct ClientLoad {
    private let number: Int
    private let port: Int
    private var random: SeededGenerator

    init(number: Int, port: Int) {
        self.number = number
        self.port = port
        random = SeededGenerator(seed: UInt64(100 + number))
    }

    func run() async throws {
        var load = self
        while true {
            try Task.checkCancellation()
            do {
                try await load.visit()
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    private mutating func visit() async throws {
        let socket = try await WebSocketClient.connect(port: port, path: "/socket.io/?EIO=4&transport=websocket")
        let reading = Task {
            for await frame in socket.frames where frame == .text("2") { try? await socket.send(text: "3") }
        }
        defer {
            reading.cancel()
            socket.channel.close(promise: nil)
        }
        try await socket.send(text: "40")
        for _ in 0..<Int.random(in: 1...5, using: &random) {
            try await Task.sleep(for: .milliseconds(Int.random(in: 50...800, using: &random)))
            switch Int.random(in: 0..<6, using: &random) {
            case 0:
                // A client that stops reading until its outbox overflows.
                try await socket.setReading(false)
                try await Task.sleep(for: .seconds(2))
                try await socket.setReading(true)
            case 1: try await socket.send(text: #"421["pause"]"#)
            case 2: try await socket.send(text: #"422["resume"]"#)
            default:
                let host = "soak-\(Int.random(in: 0..<4, using: &random))-*"
                let depth = Int.random(in: 1...200, using: &random)
                try await socket.send(text: #"423["subscribe",{"hosts":["\#(host)"],"depth":\#(depth)}]"#)
            }
        }
        if Bool.random(using: &random) { try await socket.send(text: "41") }
    }
}
