import JSONBytes
import Testing

@testable import StreamAssembly

@Suite struct KeyMarkTests {
    private static func ledger(_ rows: [Row]) -> KeyLedger {
        var ledger = KeyLedger(capacity: 100)
        for row in rows { ledger.insert(row, now: 0) }
        return ledger
    }

    @Test func `the hash is the same in every process`() {
        #expect(String(StableHash.hash(Array("the quick brown fox".utf8)), radix: 16) == "60e1d6e48dc38089")
        #expect(StableHash.hash([1], seed: 1) != StableHash.hash([1], seed: 2))
        #expect(StableHash.hash([0]) != StableHash.hash([0, 0]))
    }

    @Test(arguments: [
        KeyMark(above: -.infinity, newest: 1_763_690_000_123, count: 3, sum: .max),
        KeyMark(above: -1.5, newest: 0.1, count: 0, sum: 0), KeyMark(above: 1e300, newest: 2e300, count: 1, sum: 7),
    ])
    func `a mark survives its text`(_ mark: KeyMark) {
        #expect(KeyMark(mark.text) == mark)
    }

    @Test(arguments: ["", "1", "1,2,3", "2,1,3,a", "1,nan,3,a", "nan,1,3,a", "1,2,x,a", "1,2,3,!", "1,2,3,a,b"])
    func `what is no mark is none`(_ text: String) {
        #expect(KeyMark(text) == nil)
    }

    @Test func `ledgers agree whatever the order, and not where a row differs`() {
        let rows = [Row.make("a", t: 1), .make("b", t: 2), .make("c", t: 2), .make("d", t: 4)]
        let mark = Self.ledger(rows).mark(from: 2, to: 4)
        #expect((mark.above, mark.count) == (1, 3))
        #expect(Self.ledger(rows.reversed()).agrees(with: mark))
        // What lies outside the range says nothing.
        #expect(Self.ledger(rows.dropFirst() + [.make("e", t: 5), .make("f", t: 0)]).agrees(with: mark))
        #expect(!Self.ledger(rows + [.make("late", t: 3)]).agrees(with: mark))
        #expect(!Self.ledger(rows + [.make("equal", t: 4)]).agrees(with: mark))
        #expect(!Self.ledger(rows.filter { $0.score != 4 }).agrees(with: mark))
    }

    @Test func `a row that is read again came when it came first`() {
        var ledger = KeyLedger(capacity: 10)
        #expect(ledger.insert(.make("a", t: 9), now: 1) == 1)
        #expect(ledger.insert(.make("a", t: 9), now: 5) == 1)
        ledger.remove(Row.make("a", t: 9).id)
        #expect(ledger.insert(.make("a", t: 9), now: 6) == 6)
    }

    @Test func `a ledger is bounded: below the window, and in all`() {
        var ledger = Self.ledger((0..<50).map { .make("\($0)", t: Double($0)) })
        ledger.keep(16, below: 40)
        #expect(ledger.count == 26)
        for number in 100..<300 { ledger.insert(.make("\(number)", t: Double(number)), now: 0) }
        #expect(ledger.isGivenUp)
        #expect(ledger.count == 0)
        #expect(!ledger.agrees(with: ledger.mark(from: 0, to: 1)))
    }

    @Test func `positions carry marks, and what they cannot read is unknown`() throws {
        let text = #"{"epoch":"e","seq":1,"t":{"a":"1,2,3,a","b":null,"c":"","d":7}}"#
        let marks = try #require(try StreamPosition(try JSONValue(parsing: Array(text.utf8))).marks)
        #expect(Set(marks.keys) == ["a", "c", "d"])
        #expect(marks.compactMapValues(\.self) == ["a": KeyMark(above: 1, newest: 2, count: 3, sum: 10)])
        let old = try StreamPosition(.object(["epoch": .string("e"), "seq": .number(1), "t": .number(7)]))
        #expect(!old.hasMarks)
    }
}
