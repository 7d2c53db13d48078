import Testing

@testable import KeyspaceFollower

@Suite struct NotificationEvidenceTests {
    @Test(arguments: [
        (told: UInt64(0), added: UInt64(0), verdict: Bool?.none), (told: 0, added: 3, verdict: false),
        (told: 1, added: 3, verdict: true), (told: 1, added: 0, verdict: true),
    ])
    func `judges by what was told and what was found`(told: UInt64, added: UInt64, verdict: Bool?) {
        var evidence = NotificationEvidence(rowsAdded: 10)
        evidence.additionsTold = told
        #expect(evidence.judgePeriod(rowsAdded: 10 + added) == verdict)
        #expect(evidence.judgePeriod(rowsAdded: 10 + added) == nil)
    }
}
