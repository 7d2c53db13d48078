import NIOCore
import NIOEmbedded
import Testing

@testable import SocketIOServer

/// How long a client has for what, to the second: the loop's time is moved by hand, and the machines' time with it.
struct TimeoutTests {
    private struct Driven {
        let channel = EmbeddedChannel()
        let core: ServerCore

        init(_ configuration: SocketIOServerConfiguration = .make()) throws {
            let context = ServerContext(configuration, eventLoop: channel.embeddedEventLoop, logger: .quiet)
            core = ServerCore(context, NamespaceRegistry(context))
            channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
            try Listener.configure(channel, core: core, isSecure: false, isAlone: true, http: .notFound) { _ in }
        }

        /// Sends, and gives what is answered in this turn of the loop.
        @discardableResult
        func send(_ text: String) throws -> String {
            try channel.writeInbound(ByteBuffer(string: text))
            channel.embeddedEventLoop.run()
            var answer = ""
            while let part = try channel.readOutbound(as: IOData.self) {
                if case .byteBuffer(let bytes) = part { answer += String(buffer: bytes) }
            }
            return answer
        }

        /// Begins a POST with a body that is never whole.
        func beginPost(_ query: String) throws {
            try send(
                "POST /socket.io/?EIO=4\(query) HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n4\r\n")
        }

        /// Opens a session that polls, and gives its id.
        func open() throws -> String {
            let answer = try send("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n")
            return answer.split(separator: "\"").dropFirst(3).first.map(String.init) ?? ""
        }

        func pass(_ time: TimeAmount) { channel.embeddedEventLoop.advanceTime(by: time) }

        /// Whether it is cut after that time and not 1 ms before.
        func isCut(after time: TimeAmount) -> Bool {
            pass(time - .milliseconds(1))
            let before = channel.isActive
            pass(.milliseconds(2))
            return before && !channel.isActive
        }

        func end() {
            core.shutDown()
            pass(.seconds(10))
        }
    }

    @Test(arguments: ["", "GET / HTTP/1.1\r\nX-Slow: "])
    func `a header has 10 s`(_ text: String) throws {
        let driven = try Driven()
        defer { driven.end() }
        try driven.send(text)
        #expect(driven.isCut(after: .seconds(10)))
        #expect(driven.core.statistics.violations == ["slowHeader": 1])
    }

    @Test(arguments: ["", "&transport=polling", "&transport=polling&sid=nobody"])
    func `a body of one who has not joined has 10 s more, whatever else is wrong with it`(_ query: String) throws {
        let driven = try Driven()
        defer { driven.end() }
        driven.pass(.seconds(9))
        try driven.beginPost(query)
        #expect(driven.isCut(after: .seconds(10)))
        #expect(driven.core.statistics.violations == ["slowBody": 1])
    }

    @Test func `a body outside the path has 10 s, where nobody answers there`() throws {
        let driven = try Driven()
        defer { driven.end() }
        try driven.send("POST /elsewhere HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx")
        #expect(driven.isCut(after: .seconds(10)))
    }

    @Test func `a POST of a session that has not joined ends when the session does`() throws {
        let driven = try Driven(.make { $0.connectTimeout = .seconds(7) })
        defer { driven.end() }
        let sid = try driven.open()
        driven.pass(.seconds(3))
        try driven.beginPost("&transport=polling&sid=\(sid)")
        #expect(driven.isCut(after: .seconds(4)))
        #expect(driven.core.statistics.sessions == 0)
    }

    @Test func `a POST of one who has joined has 30 s`() throws {
        let driven = try Driven()
        defer { driven.end() }
        let sid = try driven.open()
        let target = "/socket.io/?EIO=4&transport=polling&sid=\(sid)"
        let joined = try driven.send("POST \(target) HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n40")
        #expect(joined.hasSuffix("ok"))
        try driven.beginPost("&transport=polling&sid=\(sid)")
        #expect(driven.isCut(after: .seconds(30)))
        #expect(driven.core.statistics.violations == ["slowBody": 1])
        #expect(driven.core.statistics.sessionsClosed == ["transportError": 1])
    }

    @Test func `a connection may rest for 60 s between two requests`() throws {
        let driven = try Driven()
        defer { driven.end() }
        #expect(try driven.send("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n").hasPrefix("HTTP/1.1 404"))
        #expect(driven.isCut(after: .seconds(60)))
        #expect(driven.core.statistics.violations == [:])
    }

    @Test(arguments: [(45, "connectTimeout", false), (45, "pingTimeout", true)])
    func `a session has 45 s to join, and one that has joined to answer its first ping`(
        _ seconds: Int64, _ reason: String, _ joins: Bool
    ) throws {
        let driven = try Driven()
        defer { driven.end() }
        let sid = try driven.open()
        let target = "/socket.io/?EIO=4&transport=polling&sid=\(sid)"
        if joins { try driven.send("POST \(target) HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n40") }
        driven.pass(.seconds(seconds) - .milliseconds(1))
        #expect(driven.core.statistics.sessions == 1)
        driven.pass(.milliseconds(2))
        #expect(driven.core.statistics.sessionsClosed == [reason: 1])
    }
}
