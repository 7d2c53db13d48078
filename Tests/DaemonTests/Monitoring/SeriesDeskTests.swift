import Access
import JSONBytes
import Synchronization
import Testing

@testable import Daemon
@testable import StreamAssembly

/// Answers in columns that are made in slices: whose turn it is, and how many there may be.
@Suite struct SeriesDeskTests {
    private final class Answers: Sendable {
        let all = Mutex<[String: String]>([:])
    }

    private let answers = Answers()

    private func query() throws -> SeriesQuery {
        let text = #"{"paths":["n"],"from":1000,"to":2000,"step":1000}"#
        return try SeriesQuery(try JSONValue(parsing: Array(text.utf8)), now: 5000, ageMs: 5000)
    }

    private func text(_ bounds: SeriesText.Bounds) throws -> SeriesText {
        let query = try query()
        return SeriesText(query, of: try #require(Grant.everything.bound(query.selection)), bounds)
    }

    private func begin(
        _ id: String, in desk: inout SeriesDesk, _ bounds: SeriesText.Bounds = .event()
    ) throws -> Bool {
        desk.begin(id, try text(bounds), now: 7) { [answers] text in
            answers.all.withLock { $0[id] = String(decoding: text, as: UTF8.self) }
        }
    }

    /// A window of so many keys with a sample each.
    private func state(_ keys: Int) -> AssemblerState {
        var state = AssemblerState(configuration: .init())
        for key in 0..<keys {
            let member = Array(#"{"id":"\#(key)","t":1000,"n":\#(key)}"#.utf8)
            let row = Row(score: 1000, member: member, memberHash: UInt64(key))
            _ = state.apply([.added(key: "sa:{h\(key)}:top", rows: [row])], now: 1000)
        }
        return state
    }

    /// Steps until the answer is whole; how many steps that took.
    private func finish(_ id: String, in desk: inout SeriesDesk, _ state: AssemblerState) -> Int {
        for steps in 0..<1000 {
            let (_, isDone) = desk.step(id) { cursor in
                var cursor = cursor
                let (slice, isEnd) = state.step(&cursor)
                return isEnd ? nil : (slice, cursor)
            }
            guard isDone else { continue }
            desk.end(id)?()
            return steps
        }
        return .max
    }

    private func answer(_ id: String) throws -> JSONValue {
        let text = try #require(answers.all.withLock { $0[id] })
        return try JSONValue(parsing: Array(text.utf8))
    }

    @Test func `an answer is made key by key`() throws {
        var desk = SeriesDesk()
        let hasBegun = try begin("a", in: &desk)
        #expect(hasBegun)
        #expect(finish("a", in: &desk, state(3)) == 3)
        let answer = try answer("a")
        #expect(answer["now"]?.number == 7)
        #expect(answer["cut"] == .bool(false))
        let columns = answer["series"]?.array?.compactMap { $0["columns"] }
        #expect(columns == [0.0, 1, 2].map { JSONValue.array([.array([.number($0), .null])]) })
        #expect(!desk.isAnythingUnderWay)
    }

    @Test func `each has its turn, one for a client, four in all`() throws {
        var desk = SeriesDesk()
        var begun: [Bool] = []
        for id in ["a", "b", "c", "d", "a", "e"] { begun.append(try begin(id, in: &desk)) }
        #expect(begun == [true, true, true, true, false, false])
        let turns = (0..<6).map { _ in desk.turn() }
        #expect(turns == ["a", "b", "c", "d", "a", "b"])
        // A client that leaves makes room, and gets no answer.
        _ = desk.end("b")
        let hasBegun = try begin("e", in: &desk)
        #expect(hasBegun)
        let after = (0..<4).map { _ in desk.turn() }
        #expect(Set(after) == ["a", "c", "d", "e"])
        #expect(answers.all.withLock { $0.isEmpty })
        let gone = desk.step("b") { _ in nil }
        #expect(gone == (0, true))
    }

    @Test func `too many bytes, or too much work, cut an answer`() throws {
        var desk = SeriesDesk()
        for (id, bounds, count) in [
            ("bytes", SeriesText.Bounds(bytes: 220, work: .seconds(600)), 2),
            ("work", SeriesText.Bounds(bytes: .max, work: .zero), 1),
        ] {
            let hasBegun = try begin(id, in: &desk, bounds)
            #expect(hasBegun)
            #expect(finish(id, in: &desk, state(9)) < 9)
            let answer = try answer(id)
            #expect(answer["cut"] == .bool(true))
            #expect(answer["series"]?.array?.count == count)
        }
    }

    @Test(arguments: [(0, 0), (100, 10), (120_000, 5000)])
    func `details and series are asked for at the price of a subscribe`(_ bytes: Int, _ keys: Int) {
        let price = Cost.of(.subscribe(bytes: bytes), keys: keys)
        #expect(price >= Double(bytes) / 20 + Double(keys) / 2)
        #expect(Cost.of(.details(bytes: bytes), keys: keys) == price)
        #expect(Cost.of(.series(bytes: bytes), keys: keys) == price)
    }

    @Test func `what is read is paid for`() throws {
        var text = try text(.event())
        var cursor = text.cursor
        let state = state(2)
        while let slice = state.next(&cursor) { _ = text.take(slice, began: .now) }
        let (cost, more) = (text.takeCost(), text.takeCost())
        #expect(cost == 2 * Cost.reading(samples: 1, paths: 1))
        #expect(more == 0)
    }
}
