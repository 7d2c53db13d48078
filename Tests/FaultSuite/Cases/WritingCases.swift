import TestSupport

extension FaultCase {
    /// Nothing breaks; the collectors are unruly.
    static let writing = [
        FaultCase(number: 1, name: "plain"),
        FaultCase(number: 2, name: "20 % late, 20 % equal scores", writing: .late),
        FaultCase(number: 3, name: "batches of 7 in MULTI", writing: .batches),
        FaultCase(number: 4, name: "trims below the window", writing: .trimming(keep: 20)),
        FaultCase(number: 5, name: "10 % re-scored", writing: .rescored),
        FaultCase(number: 20, name: "one score, window 50", writing: .oneScore, perKey: 50),
    ]
}
