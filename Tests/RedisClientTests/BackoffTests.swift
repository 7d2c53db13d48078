import RedisClient
import SeededRandom
import TestSupport
import Testing

@Suite
struct BackoffTests {
    @Test func `doubles up to the maximum and starts anew when reset`() {
        var generator = SeededGenerator(seed: 1)
        var backoff = Backoff(initial: .milliseconds(100), maximum: .seconds(1), jitter: 0)
        let waits = (0..<6).map { _ in backoff.next(using: &generator) }
        #expect(waits == [100, 200, 400, 800, 1000, 1000].map { .milliseconds($0) })
        backoff.reset()
        #expect(backoff.next(using: &generator) == .milliseconds(100))
    }

    @Test func `jitter only shortens, by at most its part, and differs from wait to wait`() {
        var generator = SeededGenerator(seed: 2)
        var backoff = Backoff(initial: .seconds(1), maximum: .seconds(1), jitter: 0.5)
        let waits = (0..<1000).map { _ in backoff.next(using: &generator) }
        #expect(waits.allSatisfy { (.milliseconds(500) ... .seconds(1)).contains($0) })
        #expect(Set(waits).count > 900)
        #expect((waits.min() ?? .zero) < .milliseconds(520))
        #expect((waits.max() ?? .zero) > .milliseconds(980))
    }

    @Test func `stays within sense whatever it is given`() {
        var generator = SeededGenerator(seed: 3)
        var backoff = Backoff(initial: .seconds(-1), maximum: .seconds(-5), jitter: 7)
        #expect(backoff.next(using: &generator) == .zero)
        var long = Backoff(initial: .seconds(3), maximum: .seconds(1), jitter: 0)
        #expect(long.next(using: &generator) == .seconds(3))
        for _ in 0..<200 { #expect(long.next(using: &generator) == .seconds(3)) }
    }
}
