import ProcFS

/// Which connections get a row: the worst and the busiest, by turns.
package struct ConnectionSelection: Sendable {
    package var count: Int

    package init(count: Int) {
        self.count = count
    }

    /// At most `count` connections: those with the longest queues, the most retransmits and the most traffic come
    /// first, then the other established ones, then the rest.
    package func rows(_ connections: [ConnectionActivity]) -> [ConnectionActivity] {
        let rankings = [
            ranking(connections) { Double($0.queued) },
            ranking(connections) { $0.retransmitsPerS ?? 0 },
            ranking(connections) { $0.throughput },
        ]
        var chosen: [Int] = []
        var seen = Set<Int>()
        for rank in 0..<(rankings.map(\.count).max() ?? 0) {
            for ranking in rankings where rank < ranking.count && seen.insert(ranking[rank]).inserted {
                chosen.append(ranking[rank])
            }
        }
        for isEstablished in [true, false] where chosen.count < count {
            for index in connections.indices where chosen.count < count {
                let matches = (connections[index].socket.state == .established) == isEstablished
                if matches, seen.insert(index).inserted { chosen.append(index) }
            }
        }
        return chosen.prefix(count).map { connections[$0] }
    }

    /// Indices of the largest values above 0, largest first; equal ones in their order.
    private func ranking(_ connections: [ConnectionActivity], by value: (ConnectionActivity) -> Double) -> [Int] {
        Ranking.top(count, of: connections.count) { value(connections[$0]) }
    }
}
