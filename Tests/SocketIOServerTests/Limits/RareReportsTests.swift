import Testing

@testable import SocketIOServer

struct RareReportsTests {
    @Test func `of each kind one a minute is logged, with the number of those in between`() {
        let start = ContinuousClock.now
        var reports = RareReports<String>()
        #expect(reports.occurred("a", now: start) == 0)
        #expect(reports.occurred("a", now: start + .seconds(1)) == nil)
        #expect(reports.occurred("b", now: start + .seconds(1)) == 0)
        #expect(reports.occurred("a", now: start + .seconds(59)) == nil)
        #expect(reports.occurred("a", now: start + .seconds(60)) == 2)
        #expect(reports.occurred("a", now: start + .seconds(61)) == nil)
        #expect(reports.occurred("a", now: start + .seconds(120)) == 1)
    }
}
