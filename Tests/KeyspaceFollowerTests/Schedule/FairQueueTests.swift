import SeededRandom
import Testing

@testable import KeyspaceFollower

@Suite struct FairQueueTests {
    @Test func `keys of few each come as they were put in`() {
        var queue = FairQueue()
        let keys = (0..<100).map { "sa:{h\($0 % 10)}:p\($0)" } + ["sa:x", "sa:y", "{", "}{", "", "sa:{}:a"]
        for key in keys { queue.append(key) }
        #expect(queue.count == keys.count)
        #expect((0..<keys.count).map { _ in queue.popFirst() } == keys)
        #expect(queue.popFirst() == nil)
        #expect(queue.count == 0)
    }

    @Test func `who comes behind a crowd need not wait for it`() {
        var queue = FairQueue()
        for number in 0..<20_000 { queue.append("sa:{evil}:k\(number)") }
        queue.append("sa:{good}:top")
        let most = FairQueue.placesInLine * FairQueue.turnOfCrowds / (FairQueue.turnOfCrowds - 1) + 2
        #expect((0..<most).contains { _ in queue.popFirst() == "sa:{good}:top" })
    }

    @Test func `a crowd has its turn while others come without end`() {
        var queue = FairQueue()
        for number in 0..<100 { queue.append("sa:{busy}:k\(number)") }
        var ofBusy = 0
        for number in 0..<1000 {
            queue.append("sa:{h\(number)}:top")
            if queue.popFirst()?.hasPrefix("sa:{busy}") == true { ofBusy += 1 }
        }
        #expect(ofBusy == 100)
    }

    @Test func `two crowds take turns`() {
        var queue = FairQueue()
        for number in 0..<100 {
            for host in ["a", "a", "b"] { queue.append("sa:{\(host)}:k\(number)") }
        }
        var taken: [Character] = []
        while let key = queue.popFirst() { taken.append(key[key.index(key.startIndex, offsetBy: 4)]) }
        #expect(taken.count == 300)
        // The line of all is empty by now.
        let shared = taken.dropFirst(3 * FairQueue.placesInLine).prefix(60)
        #expect(shared.count { $0 == "b" } == 30)
    }

    @Test func `whatever comes and goes, each key comes out once`() {
        var random = SeededGenerator(seed: 77)
        var queue = FairQueue()
        var waiting: Set<String> = []
        for number in 0..<20_000 {
            if Int.random(in: 0..<100, using: &random) < 52 {
                let host = min(Int.random(in: 0..<40, using: &random), Int.random(in: 0..<40, using: &random)) / 8
                let key = "sa:{h\(host)}:\(number)"
                queue.append(key)
                waiting.insert(key)
            } else if let key = queue.popFirst() {
                #expect(waiting.remove(key) != nil)
            } else {
                #expect(waiting.isEmpty)
            }
            #expect(queue.count == waiting.count)
        }
        while let key = queue.popFirst() { #expect(waiting.remove(key) != nil) }
        #expect(waiting.isEmpty)
    }
}
