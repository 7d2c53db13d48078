/// How much of what was kept goes at a time: so little that a live sample behind it hardly waits, whatever the network.
struct DeliveryPace: Sendable {
    /// Bytes of the next batch.
    private(set) var bytes = 64 * 1024

    private static let range = 16 * 1024...1024 * 1024
    /// What a batch should take.
    private static let targetNs: Double = 100_000_000

    /// A batch of so many bytes was answered after so long.
    mutating func note(bytes sent: Int, ns: UInt64) {
        let fitting = Double(sent) * Self.targetNs / Double(max(1, ns))
        // At most doubled: a small batch says little about a large one.
        bytes = min(max(Int(min(fitting, Double(bytes) * 2)), Self.range.lowerBound), Self.range.upperBound)
    }
}
