import Access
import HTTPTypes
import Hummingbird
import NIOCore
import StreamAssembly
import Synchronization
import Testing

@testable import Daemon

/// What an answer with the window costs whoever asks for it.
@Suite struct WindowAnswerTests {
    private static let keys = 500

    private final class Book: Sendable {
        let paid = Mutex(0.0)
        let written = Mutex(0)
    }

    private struct Writer: ResponseBodyWriter {
        let book: Book

        mutating func write(_ buffer: ByteBuffer) async throws { book.written.withLock { $0 += buffer.readableBytes } }

        consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }

    private static func assembler() async -> StreamAssembler {
        let assembler = StreamAssembler()
        for number in 0..<keys {
            let member = Array(#"{"id":"\#(number)","t":1000}"#.utf8)
            let row = Row(score: 1000, member: member, memberHash: UInt64(number))
            _ = await assembler.apply([.added(key: "sa:{h}:k\(number)", rows: [row])], now: 1000)
        }
        return assembler
    }

    private static func answer(_ format: WindowQuery.Format, isWanted: Bool = true) async throws -> Book {
        let book = Book()
        var query = try WindowQuery([])
        (query.format, query.limit) = (format, WindowQuery.maxLimit)
        let response = await WindowAnswer.make(
            query, of: try #require(Grant.everything.bound(query.selection)), from: BoundWindow(await assembler()),
            now: 1000, isWanted: { isWanted },
            pay: { units in book.paid.withLock { $0 += units } })
        if isWanted {
            try await response.body.write(Writer(book: book))
        } else {
            await #expect(throws: (any Error).self) { try await response.body.write(Writer(book: book)) }
        }
        return book
    }

    @Test func `each key that is looked at is paid for, and for a table twice`() async throws {
        let lines = try await Self.answer(.ndjson).paid.withLock { $0 }
        let table = try await Self.answer(.csv).paid.withLock { $0 }
        #expect(lines >= Double(Self.keys))
        #expect(table >= 1.9 * lines)
    }

    @Test(arguments: WindowQuery.Format.allCases)
    func `nothing more is read for a client that has left`(_ format: WindowQuery.Format) async throws {
        let book = try await Self.answer(format, isWanted: false)
        #expect(book.paid.withLock { $0 } == 0)
        #expect(book.written.withLock { $0 } == 0)
    }
}
