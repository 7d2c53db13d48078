import NIOCore
import Testing

@testable import KeyspaceFollower

@Suite struct ContentChecksTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
    private var checks = ContentChecks()
    private var cursors: [String: KeyCursor] = [:]

    /// A key that was read in full at the start.
    private mutating func add(_ key: String) {
        cursors[key] = KeyCursor(key: key, perKey: 10)
        checks.added(key, to: cursors)
        cursors[key]?.doubt.lookBegins(now: start)
        cursors[key]?.doubt.readingBegins()
        cursors[key]?.doubt.wasReadInFull()
    }

    /// All that is due within an interval that begins at `time`; read at once.
    private mutating func due(at time: TimeAmount, isNotified: Bool = true, budget: ContentChecks.Budget = .init())
        -> [String]
    {
        var all: [String] = []
        for tick in 0..<ContentChecks.ticks {
            let now = start + time + .milliseconds(Int64(250 * tick))
            let keys = checks.due(
                now: now, interval: .seconds(5), budget: budget, isNotified: isNotified, cursors)
            for key in keys {
                cursors[key]?.doubt.lookBegins(now: now)
                cursors[key]?.doubt.readingBegins()
                cursors[key]?.doubt.wasReadInFull()
            }
            all += keys
        }
        return all
    }

    @Test mutating func `leaves a key alone of which nothing was told since it was read`() {
        add("a")
        add("b")
        cursors["a"]?.eventReceived(.full)
        #expect(due(at: .seconds(10)) == ["a"])
        #expect(due(at: .seconds(20)).isEmpty)
        cursors["b"]?.trimReceived()
        #expect(due(at: .seconds(30)) == ["b"])
    }

    @Test mutating func `remembers no more names than it follows keys, whoever comes and goes`() {
        for number in 0..<20_000 {
            add("key \(number)")
            if number >= 100 { cursors["key \(number - 100)"] = nil }
            add("again")
        }
        #expect(checks.count < 2000)
        #expect(Set(due(at: .seconds(10), isNotified: false)) == Set(cursors.keys))
    }

    @Test mutating func `reads all in turns where nothing is told`() {
        add("a")
        add("b")
        #expect(Set(due(at: .seconds(10), isNotified: false)) == ["a", "b"])
        #expect(Set(due(at: .seconds(20), isNotified: false)) == ["a", "b"])
    }

    @Test mutating func `reads again what an event told of while it was being read`() {
        add("a")
        cursors["a"]?.doubt.readingBegins()
        cursors["a"]?.eventReceived(.probe)
        cursors["a"]?.doubt.wasReadInFull()
        #expect(due(at: .seconds(10)) == ["a"])
    }

    @Test mutating func `reads few of those that are being written to, and all once they are left alone`() {
        for number in 0..<200 { add("key-\(number)") }
        let keys = cursors.keys.sorted()
        for key in keys {
            cursors[key]?.eventReceived(.probe)
            cursors[key]?.doubt.lookBegins(now: start + .seconds(9))
            cursors[key]?.doubt.found(rows: 1)
        }
        // Within the first second each counts as being written to, and has 512 bytes.
        let budget = ContentChecks.Budget(busy: 20 * 512)
        var now = start + .seconds(9)
        var busy: [String] = []
        for _ in 0..<4 {
            now = now + .milliseconds(250)
            busy += checks.due(now: now, interval: .seconds(5), budget: budget, isNotified: true, cursors)
        }
        #expect(busy.count == 4)
        #expect(due(at: .seconds(11), budget: budget).sorted() == keys)
    }
}
