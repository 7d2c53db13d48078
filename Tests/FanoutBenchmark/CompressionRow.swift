/// What compression costs and saves: the same events of some KiB from a server with it and from one without, in turns.
struct CompressionRow {
    let clients: Int
    /// Events of one turn.
    let together: Int
    /// Bytes on the wire for each frame.
    let bytes: Double
    let compressedBytes: Double
    /// CPU time of the server's process for each frame delivered, µs.
    let cost: Double
    let compressedCost: Double
    /// The median over turns that follow each other.
    let ratio: Double
    /// Resident memory that each client with compression adds to the server before any event.
    let idleKiB: Double

    private static let turns = 9
    /// As a second of some hosts.
    private static let eventBytes = 8_192

    static let heading = Table.line([
        "compressed", "together", "bytes/frame", "without", "CPU µs/frame", "without", "ratio", "idle KiB",
    ])

    var text: String {
        Table.line(
            ["\(clients)", "\(together)"]
                + [compressedBytes, bytes, compressedCost, cost, ratio, idleKiB].map(Table.decimal))
    }

    var bars: [Bar] {
        let name = together == 1 ? "CPU per frame" : "CPU per frame, \(together) together,"
        let ratio = Bar(name: "\(name) over that without compression at \(clients)", value: ratio, most: 1.5)
        let memory = Bar(name: "KiB per idle connection with compression at \(clients)", value: idleKiB, most: 10)
        return [ratio] + (clients >= 1000 && together == 1 ? [memory] : [])
    }

    static func measure(clients: Int, together: Int, seconds: Double) throws -> CompressionRow {
        let options = ["--event-bytes", "\(eventBytes)", "--together", "\(together)"]
        let (plain, small) = (try Side(clients, options), try Side(clients, options + ["--compressed"]))
        defer {
            plain.server.end()
            small.server.end()
        }
        var ratios: [Double] = []
        for _ in 0..<turns {
            try plain.flood(seconds)
            try small.flood(seconds)
            ratios.append((small.costs.last ?? .nan) / (plain.costs.last ?? .nan))
        }
        return CompressionRow(
            clients: clients, together: together, bytes: plain.bytes, compressedBytes: small.bytes,
            cost: Table.median(plain.costs),
            compressedCost: Table.median(small.costs), ratio: Table.median(ratios), idleKiB: small.idleKiB)
    }
}

/// A server and its clients.
private final class Side {
    let server: Child
    private let crowd: Crowd
    let idleKiB: Double
    private(set) var costs: [Double] = []
    /// Of the last order.
    private(set) var bytes = 0.0

    init(_ clients: Int, _ arguments: [String]) throws {
        server = try Child(["serve"] + arguments)
        crowd = try Crowd()
        try FanoutRow.warmUp(server)
        let before = server.residentKiB
        try crowd.connect(clients, port: server.port, shakesHands: true)
        try crowd.rest(seconds: 0.3)
        idleKiB = (server.residentKiB - before) / Double(clients)
    }

    func flood(_ seconds: Double) throws {
        let span = try crowd.carryOut(.flood(seconds: seconds), by: server, expected: crowd.count)
        let frames = Double(span.events * crowd.count)
        costs.append(span.microseconds / frames)
        bytes = Double(crowd.receivedBytes) / frames
    }
}
