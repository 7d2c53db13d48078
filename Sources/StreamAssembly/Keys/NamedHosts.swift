/// The hosts for which a key is known that names them. They speak for themselves: what keys without a host say about
/// them is held back.
///
/// Names are compared folded (``Origin/folded(_:)``). The names of a host's keys are remembered as long as Redis has
/// them.
struct NamedHosts: Sendable {
    private var keys: [ExactText: Set<ExactText>] = [:]

    func contains(_ host: String) -> Bool { !keys.isEmpty && keys[Origin.folded(host)] != nil }

    /// - Returns: the host's folded name, if this is its first key.
    mutating func insert(_ key: StreamKey) -> ExactText? {
        guard key.isNamed else { return nil }
        let host = Origin.folded(key.host)
        let isFirst = keys[host] == nil
        keys[host, default: []].insert(ExactText(key.name))
        return isFirst ? host : nil
    }

    /// - Returns: the host's folded name, if this was its last key.
    mutating func remove(_ key: StreamKey) -> ExactText? {
        guard key.isNamed else { return nil }
        let host = Origin.folded(key.host)
        guard keys[host]?.remove(ExactText(key.name)) != nil, keys[host]?.isEmpty == true else { return nil }
        keys.removeValue(forKey: host)
        keys.letRoomGo()
        return host
    }
}
