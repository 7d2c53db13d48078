import TestSupport

extension FaultCase {
    /// Nothing breaks; the collectors are unruly.
    static let writing = [
        FaultCase(number: 1, name: "plain"),
        FaultCase(number: 2, name: "20 % late, 20 % equal scores", writing: .late),
        FaultCase(number: 3, name: "batches of 7 in MULTI", writing: .batches),
        FaultCase(number: 4, name: "trims below the window", writing: .trimming(keep: 20)),
        FaultCase(
            number: 5, name: "10 % re-scored", modes: [.notifications, .replication], writing: .rescored),
        // Found in 5 of 3,000: the contract forbids to re-score, and polling sees counts alone.
        FaultCase(
            number: 5, letter: "p", name: "10 % re-scored", modes: [.polling],
            unavailable: "a re-scored member may hide an addition from the counts"),
        FaultCase(number: 20, name: "one score, window 50", writing: .oneScore, perKey: 50),
    ]
}
