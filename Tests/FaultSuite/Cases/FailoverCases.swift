extension FaultCase {
    /// Redis moves to another server.
    static let failovers = [
        FaultCase(number: 21, name: "Sentinel failover", unavailable: "the daemon follows no Sentinel yet")
    ]
}
