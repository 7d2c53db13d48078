import Testing

@testable import Daemon

@Suite struct UntakenAnswersTests {
    @Test func `who has more than 32 KiB to take gets no long answer, until he has taken it`() {
        var answers = UntakenAnswers()
        answers.sent(32 << 10, to: "a")
        #expect(answers.hasRoom("a"))
        answers.sent(1, to: "a")
        #expect(!answers.hasRoom("a") && answers.hasRoomForShort("a") && answers.hasRoom("b"))
        answers.taken(1, by: "a")
        #expect(answers.hasRoom("a"))
        answers.sent(700_000, to: "a")
        answers.taken(32 << 10, by: "a")
        #expect(!answers.hasRoom("a"))
        answers.taken(700_000, by: "a")
        #expect(answers.hasRoom("a"))
    }

    @Test func `who has a hundred to take gets none at all`() {
        var answers = UntakenAnswers()
        for _ in 0..<99 { answers.sent(12, to: "a") }
        #expect(answers.hasRoomForShort("a"))
        answers.sent(12, to: "a")
        #expect(!answers.hasRoomForShort("a") && !answers.hasRoom("a"))
        answers.taken(12, by: "a")
        #expect(answers.hasRoomForShort("a"))
    }

    @Test func `who has left is not remembered`() {
        var answers = UntakenAnswers()
        answers.sent(1 << 20, to: "a")
        answers.left("a")
        answers.taken(1 << 20, by: "a")
        #expect(answers.hasRoom("a"))
    }
}
