import Testing

@testable import Daemon

@Suite struct TokenGuessesTests {
    private let start = ContinuousClock.now
    private let token = SharedToken("correct-horse-battery")
    private let right = "correct-horse-battery"
    private let stranger = AddressGroup("203.0.113.7")

    /// Each guess another one; how many were looked at within that time.
    private func looked(
        _ guesses: inout TokenGuesses, from group: AddressGroup, seconds: Int, each: Int = 10
    ) -> Int {
        var looked = 0
        for second in 0..<seconds {
            for number in 0..<each {
                let answer = guesses.answer(
                    "guess-\(second)-\(number)", to: token, from: group, now: start + .seconds(second))
                if answer == .wrong { looked += 1 }
            }
        }
        return looked
    }

    @Test func `guesses are looked at ever more rarely, however many come at once`() {
        var guesses = TokenGuesses()
        // At 0, at 0 again, and after 1, 2, 4, 8, 16, 30, 30 … seconds each.
        #expect(looked(&guesses, from: stranger, seconds: 122, each: 50) == 2 + 5 + 3)
        #expect((1...9).map(TokenGuesses.delay) == [0, 1, 2, 4, 8, 16, 30, 30, 30])
    }

    @Test func `a right token that is not looked at is not let in`() {
        var guesses = TokenGuesses()
        _ = looked(&guesses, from: stranger, seconds: 1)
        let early = guesses.answer(right, to: token, from: stranger, now: start)
        #expect(early == .later(seconds: 1))
        let later = guesses.answer(right, to: token, from: stranger, now: start + .seconds(2))
        #expect(later == .open)
    }

    @Test func `a dashboard with an old token locks nobody out`() {
        var guesses = TokenGuesses()
        for number in 0..<1000 {
            let answer = guesses.answer("old", to: token, from: stranger, now: start + .milliseconds(number))
            #expect(answer == .wrong)
        }
        let neighbour = guesses.answer(right, to: token, from: stranger, now: start + .seconds(1))
        #expect(neighbour == .open)
    }

    @Test func `where the right token was shown it is let in beside a guesser`() {
        var guesses = TokenGuesses()
        let first = guesses.answer(right, to: token, from: stranger, now: start)
        #expect(first == .open)
        _ = looked(&guesses, from: stranger, seconds: 60, each: 4)
        let again = guesses.answer(right, to: token, from: stranger, now: start + .seconds(60))
        #expect(again == .open)
    }

    @Test func `no token at all is no guess, and other addresses are no part of it`() {
        var guesses = TokenGuesses()
        for _ in 0..<100 {
            let answer = guesses.answer("", to: token, from: stranger, now: start)
            #expect(answer == .wrong)
        }
        #expect(guesses.count == 0)
        _ = looked(&guesses, from: stranger, seconds: 1)
        let other = guesses.answer(right, to: token, from: AddressGroup("203.0.113.8"), now: start)
        #expect(other == .open)
    }

    @Test func `an IPv6 network is one guesser, and the table is bounded`() {
        var guesses = TokenGuesses()
        var looked = 0
        for number in 0..<100 {
            let group = AddressGroup("2001:db8:1:2::\(number)")
            if guesses.answer("g\(number)", to: token, from: group, now: start) == .wrong { looked += 1 }
        }
        #expect(looked == 2)
        for number in 0..<5000 {
            let group = AddressGroup("10.0.\(number / 256).\(number % 256)")
            _ = guesses.answer("wrong", to: token, from: group, now: start)
        }
        #expect(guesses.count == 4096)
    }

    @Test func `after ten quiet minutes an address is as new`() {
        var guesses = TokenGuesses()
        _ = looked(&guesses, from: stranger, seconds: 120)
        let later = start + .seconds(120 + 601)
        for number in 0..<2 {
            let answer = guesses.answer("new-\(number)", to: token, from: stranger, now: later)
            #expect(answer == .wrong)
        }
    }
}
