internal import RESP

/// How often the commands were executed that change keys, or what is told of them, without telling: `SWAPDB`, `FLUSHALL`
/// and the like, from `INFO commandstats`.
struct SilentCommands: Equatable {
    static let command = RESPCommand("INFO", "commandstats")

    private static let names: Set<Substring> = [
        "swapdb", "flushdb", "flushall", "restore", "restore-asking", "migrate", "debug", "replicaof", "slaveof",
        "failover", "config|set", "config|resetstat",
    ]

    private let calls: [Substring: Substring]

    /// Nil where it is no such text.
    init?(_ info: String) {
        guard info.contains("cmdstat_") else { return nil }
        var calls: [Substring: Substring] = [:]
        for (field, value) in ServerIdentity.fields(of: info) where field.hasPrefix("cmdstat_") {
            let name = field.dropFirst("cmdstat_".count)
            if Self.names.contains(name) { calls[name] = value.prefix { $0 != "," } }
        }
        self.calls = calls
    }

    /// The names of those that were executed since.
    func changed(since earlier: SilentCommands) -> String {
        calls.filter { earlier.calls[$0.key] != $0.value }.keys.sorted().joined(separator: " ")
    }
}
