/// The figures of one number of clients.
struct FanoutRow {
    let clients: Int
    /// Events of one turn, which are sent by one call to each client.
    let together: Int
    let rate: Double
    let floorRate: Double
    /// CPU time of the writer's process for each frame delivered, µs.
    let cost: Double
    let floorCost: Double
    /// The median over turns that follow each other, so that both sides saw the same machine.
    let ratio: Double
    /// From the making of the event to the client's hands, ms, at the rate asked for.
    let p50: Double
    let p99: Double
    let floorP99: Double
    /// Resident memory that each client adds to the server before any event.
    let idleKiB: Double

    private static let turns = 15

    static let heading = Table.line([
        "clients", "together", "frames/s", "floor", "CPU µs/frame", "floor", "ratio", "p50 ms", "p99 ms", "floor p99",
        "idle KiB",
    ])

    var text: String {
        Table.line(
            ["\(clients)", "\(together)"]
                + [rate, floorRate, cost, floorCost, ratio, p50, p99, floorP99, idleKiB].map(Table.decimal))
    }

    var bars: [Bar] {
        guard together == 1 else { return [] }
        let ratio = Bar(name: "CPU per frame over the floor at \(clients)", value: ratio, most: 1.25)
        let memory = Bar(name: "KiB per idle connection at \(clients)", value: idleKiB, most: 8)
        // With few clients memory is mostly what is there without any.
        return [ratio] + (clients >= 1000 ? [memory] : [])
    }

    static func measure(clients: Int, together: Int, seconds: Double, rate: Int) throws -> FanoutRow {
        let server = try Child(["serve", "--together", "\(together)"])
        defer { server.end() }
        let floor = try Child(["floor", "\(clients)", "--together", "\(together)"])
        defer { floor.end() }
        let (crowd, floorCrowd) = (try Crowd(), try Crowd())
        // What the first connections make once for all.
        try warmUp(server)
        let before = server.residentKiB
        try crowd.connect(clients, port: server.port, shakesHands: true)
        try crowd.rest(seconds: 0.3)
        let idle = (server.residentKiB - before) / Double(clients)
        try floorCrowd.connect(clients, port: floor.port, shakesHands: false)

        var (rates, floorRates, costs, floorCosts): ([Double], [Double], [Double], [Double]) = ([], [], [], [])
        for _ in 0..<Self.turns {
            let floorSpan = try floorCrowd.carryOut(.flood(seconds: seconds), by: floor, expected: clients)
            floorRates.append(floorCrowd.rate)
            floorCosts.append(floorSpan.microseconds / Double(floorSpan.events * clients))
            let span = try crowd.carryOut(.flood(seconds: seconds), by: server, expected: clients)
            rates.append(crowd.rate)
            costs.append(span.microseconds / Double(span.events * clients))
        }
        let pace = Order.pace(perSecond: Double(rate) / Double(clients), seconds: 3)
        _ = try floorCrowd.carryOut(pace, by: floor, expected: clients)
        let floorLatencies = floorCrowd.latencies.sorted()
        _ = try crowd.carryOut(pace, by: server, expected: clients)
        let latencies = crowd.latencies.sorted()
        return FanoutRow(
            clients: clients, together: together, rate: Table.median(rates), floorRate: Table.median(floorRates),
            cost: Table.median(costs), floorCost: Table.median(floorCosts),
            ratio: Table.median(zip(costs, floorCosts).map { $0 / $1 }),
            p50: Table.quantile(0.5, of: latencies) / 1e6, p99: Table.quantile(0.99, of: latencies) / 1e6,
            floorP99: Table.quantile(0.99, of: floorLatencies) / 1e6, idleKiB: idle)
    }

    static func warmUp(_ server: Child) throws {
        let crowd = try Crowd()
        try crowd.connect(20, port: server.port, shakesHands: true)
        _ = try crowd.carryOut(.pace(perSecond: 100, seconds: 0.1), by: server, expected: 20)
    }
}
