import Testing

@testable import Daemon

@Suite struct WorkBudgetTests {
    private let start = ContinuousClock.now
    private let rate = WorkBudget.Rate(perSecond: 100, burst: 300)

    @Test func `work is granted while something is left, and paid off afterwards`() {
        var budget = WorkBudget(rate, now: start)
        let large = budget.ask(700, now: start)
        #expect(large == .granted)
        let next = budget.ask(1, now: start)
        #expect(next == .busy(retryAfter: 4))
        let early = budget.ask(1, now: start + .milliseconds(3900))
        #expect(early == .busy(retryAfter: 1))
        let inTime = budget.ask(1, now: start + .milliseconds(4100))
        #expect(inTime == .granted)
    }

    @Test func `what is saved in a long rest is a burst, and no more`() {
        var budget = WorkBudget(rate, now: start)
        let later = start + .seconds(3600)
        let burst = budget.ask(300, now: later)
        #expect(burst == .granted)
        let more = budget.ask(1, now: later)
        #expect(more == .busy(retryAfter: 1))
    }

    @Test func `who goes on regardless is in excess, who waits as told is not`() {
        var budget = WorkBudget(rate, now: start)
        budget.pay(100_000, now: start)
        for _ in 0..<100 {
            let answer = budget.ask(1, now: start)
            #expect(answer != .excess)
        }
        let regardless = budget.ask(1, now: start)
        #expect(regardless == .excess)
        let patient = budget.ask(1, now: start + .seconds(1))
        #expect(patient != .excess)
    }

    @Test func `the budget of an address outlives its connections, and is forgotten when it is full`() {
        let budgets = AddressBudgets()
        let group = AddressGroup("203.0.113.7")
        budgets.pay(1_000_000, of: group, now: start)
        #expect(!budgets.hasLeft(group, now: start))
        #expect(budgets.hasLeft(AddressGroup("203.0.113.8"), now: start))
        budgets.trim(now: start)
        #expect(budgets.count == 1)
        budgets.trim(now: start + .seconds(60))
        #expect(budgets.count == 0)
    }

    @Test func `addresses beyond the table's size do not make it grow`() {
        let budgets = AddressBudgets()
        for number in 0..<12_000 {
            budgets.pay(1_000_000, of: AddressGroup("10.0.\(number / 256).\(number % 256)"), now: start)
        }
        #expect(budgets.count == 10_000)
    }

    @Test(arguments: [
        ("203.0.113.7", "::ffff:203.0.113.7", true), ("203.0.113.7", "203.0.113.8", false),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true), ("2001:db8:1:2::1", "2001:db8:1:3::1", false),
        ("fe80::1%eth0", "fe80::1", true),
    ])
    func `one stranger's addresses are one group`(_ one: String, _ other: String, _ isSame: Bool) {
        #expect((AddressGroup(one) == AddressGroup(other)) == isSame)
    }

    @Test(arguments: ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
    func `this machine is known by its addresses`(_ address: String) {
        #expect(AddressGroup(address).isLoopback)
        #expect(!AddressGroup("2001:db8::1").isLoopback)
    }
}
