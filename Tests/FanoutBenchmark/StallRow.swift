/// What one client that stops reading does to the server's memory and to the other clients.
///
/// Two servers with the same load in turns: all clients of one read, one client of the other does not.
struct StallRow {
    let clients: Int
    /// Growth of the server's resident memory during the load, KiB.
    let growth: Double
    let growthStalled: Double
    /// Of the clients that read, ms.
    let p99: Double
    let p99Stalled: Double

    static let heading = Table.line(["stalled", "growth KiB", "without", "p99 ms", "without"])

    var text: String {
        Table.line(["1 of \(clients)"] + [growthStalled, growth, p99Stalled, p99].map(Table.decimal))
    }

    var bars: [Bar] {
        [
            Bar(name: "KiB for a stalled reader", value: growthStalled - growth, most: 256),
            Bar(name: "p99 of the others over p99 without it", value: p99Stalled / p99, most: 1.5),
        ]
    }

    static func measure(clients: Int, rate: Int) throws -> StallRow {
        let (plain, stalled) = (try Load(clients, stalls: false), try Load(clients, stalls: true))
        defer {
            plain.end()
            stalled.end()
        }
        // More than the outbox takes, so that what follows is the state of a client that stays stalled.
        for load in [plain, stalled] { try load.run(.flood(seconds: 1)) }
        let pace = Order.pace(perSecond: Double(rate) / Double(clients), seconds: 1.5)
        for _ in 0..<5 {
            for load in [plain, stalled] { try load.run(pace) }
        }
        return StallRow(
            clients: clients, growth: plain.peak - plain.before, growthStalled: stalled.peak - stalled.before,
            p99: plain.p99, p99Stalled: stalled.p99)
    }
}

/// A server and its clients.
private final class Load {
    private let server: Child
    private let crowd: Crowd
    private let readers: Int
    let before: Double
    private(set) var peak = 0.0
    private var p99s: [Double] = []

    init(_ clients: Int, stalls: Bool) throws {
        server = try Child(["serve"])
        crowd = try Crowd()
        try crowd.connect(clients, port: server.port, shakesHands: true)
        _ = try crowd.carryOut(.flood(seconds: 0.5), by: server, expected: clients)
        before = server.residentKiB
        readers = clients - (stalls ? 1 : 0)
        if stalls { try crowd.stall(0) }
    }

    var p99: Double { Table.median(p99s) }

    func run(_ order: Order) throws {
        let server = server
        var peak = peak
        _ = try crowd.carryOut(order, by: server, expected: readers) { peak = max(peak, server.residentKiB) }
        self.peak = peak
        if case .pace = order { p99s.append(Table.quantile(0.99, of: crowd.latencies.sorted()) / 1e6) }
    }

    func end() { server.end() }
}
