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
