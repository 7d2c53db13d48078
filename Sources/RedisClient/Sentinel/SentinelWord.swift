internal import RESP

/// What one sentinel says about a master.
struct SentinelWord: Sendable, Equatable {
    /// Nil where it knows no master of that name.
    var master: RedisHost?
    /// Grows with each failover: where two sentinels differ, the one with the higher epoch is right. Nil where it does
    /// not say.
    var epoch: Int?
    /// The other sentinels of this master that it can reach.
    var others: [RedisHost]

    static func commands(master: String) -> [RESPCommand] {
        let name = RESPArgument.string(master)
        return [
            RESPCommand("SENTINEL", "get-master-addr-by-name", name), RESPCommand("SENTINEL", "master", name),
            RESPCommand("SENTINEL", "sentinels", name),
        ]
    }

    init(master: RedisHost?, epoch: Int? = nil, others: [RedisHost] = []) {
        self.master = master
        self.epoch = epoch
        self.others = others
    }

    /// Only the first of the three replies is needed: an ACL may refuse the others.
    init(_ replies: [RESPValue]) throws(RedisError) {
        guard replies.count == 3 else { throw RedisError(.protocolViolation, "\(replies.count) replies to SENTINEL") }
        if let error = replies[0].error { throw RedisError(error, to: "SENTINEL get-master-addr-by-name") }
        if replies[0] != .null, replies[0].array == nil {
            throw RedisError(.protocolViolation, "SENTINEL answered with something else than an address")
        }
        let words = replies[0].array?.compactMap(\.string) ?? []
        master = words.count == 2 ? RedisHost(words[0], words[1]) : nil
        epoch = replies[1].pairs["config-epoch"].flatMap { Int($0) }
        others = (replies[2].array ?? []).compactMap { other in
            let fields = other.pairs
            // To ask one that is down costs a time-out each time.
            guard let host = fields["ip"], let port = fields["port"], fields["flags"] == "sentinel" else { return nil }
            return RedisHost(host, port)
        }
    }
}

extension RedisHost {
    /// Nil where it is no address to connect to.
    init?(_ host: String, _ port: String) {
        guard let port = Int(port), (1...65535).contains(port), (1...253).contains(host.utf8.count),
            host.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        self.init(host: host, port: port)
    }
}

extension RESPValue {
    /// From an array in which names and values take turns.
    fileprivate var pairs: [String: String] {
        let words = array?.map { $0.string ?? "" } ?? []
        var pairs: [String: String] = [:]
        for index in stride(from: 0, to: words.count - 1, by: 2) { pairs[words[index]] = words[index + 1] }
        return pairs
    }
}
