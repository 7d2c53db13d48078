/// Where one task of an actor waits until another rings; a ring that nobody waits for is not lost.
///
/// In place of an `AsyncStream`, whose `next()` wakes up a thread of its own for each element.
struct Bell {
    private var waiter: CheckedContinuation<Void, Never>?
    private var hasRung = false

    mutating func wait(_ continuation: CheckedContinuation<Void, Never>) {
        if hasRung {
            hasRung = false
            continuation.resume()
        } else {
            waiter = continuation
        }
    }

    mutating func ring() {
        guard let waiter else {
            hasRung = true
            return
        }
        self.waiter = nil
        waiter.resume()
    }
}
