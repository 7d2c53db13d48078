import ProcFS

/// Chooses which connections get a row: the worst and the busiest, in turn.
package struct ConnectionSelection: Sendable {
    package var count: Int

    package init(count: Int) {
        self.count = count
    }

    /// At most `count` connections. First come those with the longest queues, the most retransmits and the most
    /// traffic. Then come the other established ones, sorted by traffic, and then the rest, with unusual states first.
    package func rows(_ connections: [ConnectionActivity]) -> [ConnectionActivity] {
        let rankings = [
            Ranking.top(count, of: connections.count) { Double(connections[$0].queued) },
            Ranking.top(count, of: connections.count) { connections[$0].retransmitsPerS ?? 0 },
            Ranking.top(count, of: connections.count) { connections[$0].throughput },
        ]
        var chosen: [Int] = []
        var isChosen = [Bool](repeating: false, count: connections.count)
        for rank in 0..<(rankings.map(\.count).max() ?? 0) {
            for ranking in rankings where rank < ranking.count && !isChosen[ranking[rank]] {
                isChosen[ranking[rank]] = true
                chosen.append(ranking[rank])
            }
        }
        if chosen.count < count {
            let rest = connections.indices.filter { !isChosen[$0] }
            let order = Ranking.chosen(count - chosen.count, of: rest.count) { place in
                let connection = connections[rest[place]]
                return Worth(Self.worth(of: connection.socket.state), connection.transferred)
            }
            chosen += order.map { rest[$0] }
        }
        return chosen.prefix(count).map { connections[$0] }
    }

    private static func worth(of state: TCPState) -> Double {
        switch state {
        case .established: 9
        case .synSent, .closeWait: 8
        case .lastAck, .closing: 7
        case .finWait1, .synRecv: 6
        case .finWait2: 5
        case .close, .listen: 4
        case .timeWait: 3
        }
    }
}
