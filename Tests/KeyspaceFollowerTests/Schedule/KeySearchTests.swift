import NIOCore
import Testing

@testable import KeyspaceFollower

@Suite struct KeySearchTests {
    private let start = NIODeadline.uptimeNanoseconds(0)

    /// A search that has ended after so many steps; the next one is due in an interval of a second.
    private func ended(steps: Int) -> KeySearch {
        var search = KeySearch()
        search.connected()
        for step in 1...steps { search.stepped(to: step == steps ? "0" : "7", interval: .seconds(1), now: start) }
        return search
    }

    @Test func `goes from cursor to cursor and is complete with the last`() {
        var search = KeySearch()
        #expect(search.takeStep(isOtherWorkDue: false) == nil, "nothing is connected")
        search.connected()
        #expect(search.takeStep(isOtherWorkDue: false) == "0")
        search.stepped(to: "17", interval: .seconds(1), now: start)
        #expect(!search.isComplete)
        #expect(search.takeStep(isOtherWorkDue: false) == "17")
        search.stepped(to: "0", interval: .seconds(1), now: start)
        #expect(search.isComplete)
        #expect(search.takeStep(isOtherWorkDue: false) == nil)
        #expect(search.due == start + .seconds(1))
    }

    @Test func `takes turns with other work`() {
        var search = KeySearch()
        search.connected()
        #expect(search.takeStep(isOtherWorkDue: true) == "0")
        #expect(search.takeStep(isOtherWorkDue: true) == nil)
        #expect(search.takeStep(isOtherWorkDue: true) == "0")
        #expect(search.takeStep(isOtherWorkDue: false) == "0")
    }

    @Test(arguments: [(1, TimeAmount.seconds(1)), (1000, .seconds(7)), (100_000, .minutes(1))])
    func `rests after a long search, a minute at most`(steps: Int, rest: TimeAmount) {
        #expect(ended(steps: steps).due == start + rest)
    }

    @Test func `begins when it is due or when it is asked to`() {
        var search = ended(steps: 1)
        search.beginIfDue(start + .milliseconds(999))
        #expect(search.takeStep(isOtherWorkDue: false) == nil)
        search.beginIfDue(start + .seconds(1))
        #expect(search.takeStep(isOtherWorkDue: false) == "0")
        search = ended(steps: 1)
        search.restart()
        #expect(search.takeStep(isOtherWorkDue: false) == "0")
        #expect(search.isComplete, "what was found before still counts")
    }

    @Test func `can be moved while it waits`() {
        var search = ended(steps: 1)
        search.setNext(start + .seconds(9), onlyEarlier: true)
        #expect(search.due == start + .seconds(1))
        search.setNext(start + .seconds(9), onlyEarlier: false)
        #expect(search.due == start + .seconds(9))
        search.setNext(start + .seconds(3), onlyEarlier: true)
        #expect(search.due == start + .seconds(3))
    }

    @Test func `goes on after a lost connection only where it had not ended`() {
        var search = ended(steps: 1)
        search.resumed()
        #expect(search.takeStep(isOtherWorkDue: false) == nil)
        search = KeySearch()
        search.resumed()
        #expect(search.takeStep(isOtherWorkDue: false) == "0")
    }
}
