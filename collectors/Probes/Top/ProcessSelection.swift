import ProcFS

/// Chooses which processes get a row.
package struct ProcessSelection: Sendable {
    /// How many rows of each ranking; nil means every process.
    package var count: Int?

    package init(count: Int?) {
        self.count = count
    }

    /// The processes whose `io` file should be read: those that may be sent, and those that ran at all, because moving
    /// data costs CPU time.
    package func candidatesForTraffic(_ activities: [ProcessActivity], pinned: Set<Int32>) -> [ProcessActivity] {
        let chosen = Set(rows(activities, traffic: ProcessTraffic(), pinned: pinned))
        return activities.indices.filter { index in
            let activity = activities[index]
            guard !activity.process.isKernelThread else { return false }
            return chosen.contains(index) || (activity.cpuPct ?? 1) > 0
        }.map { activities[$0] }
    }

    /// Indices of the rows, the most interesting first: pinned ones, states D and Z, then the rankings in turn. Even a
    /// thousand zombies leave room for busy processes, because all but the first ones come last. If every process is
    /// wanted, the rest follows.
    package func rows(_ activities: [ProcessActivity], traffic: ProcessTraffic, pinned: Set<Int32>) -> [Int] {
        // This is more than any sample has room for. When it is cut, the first ones stay.
        let count = self.count ?? 4096
        // By index, because each copy of an activity counts references.
        let cpu = Ranking.top(count, of: activities.count) { activities[$0].cpuPct ?? 0 }
        let memory = Ranking.top(count, of: activities.count) { Double(activities[$0].residentKiB) }
        let storage = Ranking.top(count, of: activities.count) { traffic[activities[$0].process.pid]?.total ?? 0 }
        var order = activities.indices.filter { pinned.contains(activities[$0].process.pid) }
        let troubled = activities.indices.filter { Self.isTroubled(activities[$0].process.state) }
        order += troubled.prefix(max(8, count / 4))
        for rank in 0..<max(cpu.count, memory.count, storage.count) {
            for ranking in [cpu, storage, memory] where rank < ranking.count { order.append(ranking[rank]) }
        }
        order += troubled.prefix(count)
        if self.count == nil { order += activities.indices }
        var seen = Set<Int>(minimumCapacity: order.count)
        return order.filter { seen.insert($0).inserted }
    }

    private static func isTroubled(_ state: UInt8) -> Bool {
        state == UInt8(ascii: "D") || state == UInt8(ascii: "Z")
    }
}
