import Testing

@testable import KeyspaceFollower

@Suite struct NotificationFlagsTests {
    @Test(arguments: [
        ("", "Kzgxe$", "Kzgxe$"), ("K", "zgxe$", "Kzgxe$"), ("A", "K", "AK"), ("AK", "", "AK"), ("AKE", "", "AKE"),
        ("g$xezK", "", "g$xezK"), ("Eh", "Kzgxe$", "EhKzgxe$"), ("xE", "Kzge$", "xEKzge$"),
        ("Kmn", "zgxe$", "Kmnzgxe$"),
    ])
    func `adds what is missing and removes nothing`(text: String, missing: String, completed: String) {
        let flags = NotificationFlags(text)
        #expect(flags.missing == missing)
        #expect(flags.isSufficient == missing.isEmpty)
        #expect(flags.completed == completed)
    }

    @Test func `names both remedies`() {
        #expect(
            NotificationFlags("Ex").remedy
                == "put this line into redis.conf: notify-keyspace-events \"ExKzge$\" "
                + "— or run: redis-cli CONFIG SET notify-keyspace-events 'ExKzge$'")
    }
}

@Suite struct NotificationEvidenceTests {
    @Test(arguments: [
        (told: UInt64(0), added: UInt64(0), verdict: Bool?.none), (told: 0, added: 3, verdict: false),
        (told: 1, added: 3, verdict: true), (told: 1, added: 0, verdict: true),
    ])
    func `judges by what was told and what was found`(told: UInt64, added: UInt64, verdict: Bool?) {
        var evidence = NotificationEvidence(rowsAdded: 10)
        evidence.additionEvents = told
        #expect(evidence.judgePeriod(rowsAdded: 10 + added) == verdict)
        #expect(evidence.judgePeriod(rowsAdded: 10 + added) == nil)
    }

    @Test func `an addition told of at the end of a period may be read in the next`() {
        var evidence = NotificationEvidence(rowsAdded: 0)
        evidence.additionEvents = 1
        #expect(evidence.judgePeriod(rowsAdded: 0) == true)
        #expect(evidence.judgePeriod(rowsAdded: 1) == nil, "it was told of before")
        #expect(evidence.judgePeriod(rowsAdded: 2) == false, "nobody told of this one")
    }
}
