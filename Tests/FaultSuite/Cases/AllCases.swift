extension FaultCase {
    /// Every case, in order.
    static let all = writing + connections + crashes + stalls + keyspace + floods + failovers + daemons + content
}
