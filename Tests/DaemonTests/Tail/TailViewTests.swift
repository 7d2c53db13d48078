import KeyspaceFollower
import Logging
import NIOCore
import NIOPosix
import StreamAssembly
import Synchronization
import Testing

@testable import Daemon

/// What `tail` goes on with after a gap: of each key, host and probe what is newer than what it has shown of that.
@Suite struct TailViewTests {
    private final class Terminal: Sendable {
        private let lines = Mutex<[String]>([])

        func write(_ bytes: [UInt8]) {
            let new = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
            lines.withLock { $0 += new }
        }

        /// The ids of the samples shown since the last time.
        func take() -> [String] {
            lines.withLock { lines in
                defer { lines = [] }
                return lines.compactMap { $0.split(separator: "\"").dropFirst(3).first.map(String.init) }
            }
        }
    }

    private static func row(_ id: String, _ t: Double, _ more: String = "") -> Row {
        let member = Array(#"{"id":"\#(id)","t":\#(Int(t))\#(more)}"#.utf8)
        return Row(score: t, member: member, memberHash: UInt64(truncatingIfNeeded: member.hashValue))
    }

    /// A tail that shows all samples as JSON from the start, and what it has written.
    private static func showing(
        depth: Int = 10, _ body: @Sendable (_ apply: ([Change]) async -> Void, Terminal) async -> Void
    ) async {
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        var options = Tail.Options()
        (options.isJSON, options.depth) = (true, depth)
        let terminal = Terminal()
        let view = TailView(
            options, assembler: StreamAssembler(executor: eventLoop.executor), eventLoop: eventLoop,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            write: {
                terminal.write($0)
                return true
            }, say: { _ in }, onEnd: {})
        await view.follow(.live(mode: .notifications))
        await body({ _ = await view.apply($0) }, terminal)
    }

    private static let now = Double(WallClock.milliseconds())

    @Test(arguments: [
        ("sa:{a}:top", "sa:{a}:netstat"), ("sa:{a}:top", "sa:{b}:top"), ("sa:x", "sa:y"), ("sa:\u{e9}", "sa:e\u{301}"),
    ])
    func `a gap in one of two keys hides nothing of it and shows nothing of the other`(one: String, other: String) async
    {
        await Self.showing { apply, terminal in
            let names = #","host":"a","probe":"top""#
            let more = one.contains("{") ? "" : names
            await apply([
                .added(key: one, rows: [Self.row("1", Self.now - 9000, more)]),
                .added(key: other, rows: [Self.row("9", Self.now - 1000, more)]),
            ])
            #expect(terminal.take().sorted() == ["1", "9"])
            // Newer than what was shown of its key, and older than what was shown of the other.
            await apply([
                .gap(key: one, rows: [Self.row("1", Self.now - 9000, more), Self.row("2", Self.now - 5000, more)])
            ])
            #expect(terminal.take() == ["2"])
            await apply([.gap(key: other, rows: [Self.row("9", Self.now - 1000, more)])])
            #expect(terminal.take() == [])
        }
    }

    @Test func `a gap in a key of two hosts hides nothing of the one whose clock is behind`() async {
        await Self.showing { apply, terminal in
            let (a, b) = (#","host":"a","probe":"top""#, #","host":"b","probe":"top""#)
            await apply([.added(key: "sa:x", rows: [Self.row("b1", Self.now - 9000, b), Self.row("a1", Self.now, a)])])
            #expect(terminal.take().sorted() == ["a1", "b1"])
            await apply([
                .gap(
                    key: "sa:x",
                    rows: [
                        Self.row("b1", Self.now - 9000, b), Self.row("b2", Self.now - 8000, b),
                        Self.row("a1", Self.now, a),
                    ])
            ])
            #expect(terminal.take() == ["b2"])
        }
    }

    @Test func `what vanished with its key is shown again when it comes again`() async {
        await Self.showing { apply, terminal in
            let key = "sa:{a}:top"
            await apply([.added(key: key, rows: [Self.row("1", Self.now)]), .gone(key: key)])
            await apply([.gap(key: key, rows: [Self.row("1", Self.now)])])
            #expect(terminal.take() == ["1", "1"])
        }
    }
}
