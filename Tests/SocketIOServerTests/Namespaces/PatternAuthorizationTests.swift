import NIOCore
import SocketIOServer
import Synchronization
import TestSupport
import Testing

/// A namespace whose name fits a pattern is always its child: nobody enters past the pattern's middleware.
@Suite(.timeLimit(.minutes(1)))
struct PatternAuthorizationTests {
    private static let refusal = SocketIOTestClient.ConnectRefused(payload: #"{"message":"no"}"#)
    private static let unknown = SocketIOTestClient.ConnectRefused(payload: #"{"message":"Invalid namespace"}"#)

    /// What an application may do around the registration of the pattern, with nobody there.
    enum Naming: String, CaseIterable, CustomTestStringConvertible {
        case before, after, held, emitted, setUp, setUpBefore, twice

        var testDescription: String { rawValue }

        func run(_ io: SocketIOServer, beforePattern: Bool) throws -> Namespace? {
            switch (self, beforePattern) {
            case (.before, true), (.after, false), (.twice, _): _ = io.of("/room-5")
            case (.held, true): return io.of("/room-5")
            case (.emitted, false): try io.of("/room-5").all.emit("news")
            case (.setUp, false), (.setUpBefore, true): io.of("/room-5").onConnection { try $0.emit("own") }
            default: break
            }
            return nil
        }
    }

    @Test(arguments: Naming.allCases)
    func `naming a namespace opens no way past its pattern's middleware`(_ naming: Naming) async throws {
        try await RunningServer.with { running in
            let held = try naming.run(running.server, beforePattern: true)
            running.server.of(matching: "/room-*").use { socket in
                guard socket.handshake.authValue["key"]?.string == "1" else { throw ConnectError(message: "no") }
            }
            _ = try naming.run(running.server, beforePattern: false)
            for _ in 0..<2 {
                await #expect(throws: Self.refusal) {
                    try await SocketIOTestClient.connect(port: running.port, namespace: "/room-5")
                }
            }
            _ = try await SocketIOTestClient.connect(port: running.port, namespace: "/room-5", auth: #"{"key":"1"}"#)
            #expect(running.server.of("/room-5").sockets.count == 1)
            if let held { #expect(held === running.server.of("/room-5")) }
        }
    }

    @Test func `a child's own checks and handlers come behind its parent's`() async throws {
        let (steps, sink) = AsyncStream.makeStream(of: String.self)
        try await RunningServer.with { running in
            running.server.of("/room-5")
                .use { _ in sink.yield("own check") }
                .onConnection { _ in sink.yield("own handler") }
            running.server.of(matching: "/room-*")
                .use { _ async in sink.yield("parent's check") }
                .onConnection { _ in sink.yield("parent's handler") }
            running.server.of(matching: "/*").use { _ in sink.yield("second parent's check") }
            _ = try await SocketIOTestClient.connect(port: running.port, namespace: "/room-5")
            _ = try await SocketIOTestClient.connect(port: running.port, namespace: "/other")
            sink.finish()
            let told = await steps.reduce(into: []) { $0.append($1) }
            #expect(
                told == [
                    "parent's check", "own check", "parent's handler", "own handler", "second parent's check",
                ])
        }
    }

    @Test func `a child that was emptied is the same for those who hold it, and checked anew`() async throws {
        try await RunningServer.with { running in
            let parent = running.server.of(matching: "/room-*").use { socket in
                guard socket.handshake.auth != nil else { throw ConnectError(message: "no") }
            }
            let first = try await SocketIOTestClient.connect(port: running.port, namespace: "/room-5", auth: "{}")
            let held = running.server.of("/room-5")
            try await first.leave()
            while !held.sockets.isEmpty { try await running.turn() }
            await #expect(throws: Self.refusal) {
                try await SocketIOTestClient.connect(port: running.port, namespace: "/room-5")
            }
            let second = try await SocketIOTestClient.connect(port: running.port, namespace: "/room-5", auth: "{}")
            try held.emit("to those who came back", 1)
            #expect(try await second.next("to those who came back").arguments == [.number(1)])
            #expect(parent.children.count == 1)
        }
    }

    @Test func `naming children that nobody is in leaves nothing behind`() async throws {
        try await RunningServer.with { running in
            let parent = running.server.of(matching: "/room-*")
            for number in 0..<1_000 { try running.server.of("/room-\(number)").emit("news", number) }
            while !parent.children.isEmpty { try await running.turn() }
            running.server.of("/room-7").onConnection { try $0.emit("hello") }
            let client = try await SocketIOTestClient.connect(port: running.port, namespace: "/room-7")
            _ = try await client.next("hello")
            try await client.leave()
            while !parent.sockets.isEmpty { try await running.turn() }
            let again = try await SocketIOTestClient.connect(port: running.port, namespace: "/room-7")
            _ = try await again.next("hello")
        }
    }

    @Test(arguments: ["/Room-5", "//room-5", "/room%2D5", "/room-5/../x", "/room", "/ room-5", "/room\u{2010}5"])
    func `a name that only looks like one of a pattern is no namespace`(_ name: String) async throws {
        try await RunningServer.with { running in
            running.server.of(matching: "/room-*").use { _ in throw ConnectError(message: "no") }
            let expected = NameVariant(name) == .child ? Self.refusal : Self.unknown
            await #expect(throws: expected) {
                try await SocketIOTestClient.connect(port: running.port, namespace: name)
            }
        }
    }

    @Test(arguments: ["/room-5?x=1", "/room-", "/room-5/", "/room-\u{301}5", "/room-é", "/room-e\u{301}"])
    func `a name that begins as a pattern does is its child, whatever follows`(_ name: String) async throws {
        try await RunningServer.with { running in
            running.server.of("/room-é").onConnection { _ in }
            running.server.of(matching: "/room-*").use { _ in throw ConnectError(message: "no") }
            running.server.of(matching: "/*")
            await #expect(throws: Self.refusal) {
                try await SocketIOTestClient.connect(port: running.port, namespace: name)
            }
        }
    }

    @Test func `clients can make no endless names`() async throws {
        try await RunningServer.with { running in
            let parent = running.server.of(matching: "/*")
            let longest = "/" + String(repeating: "n", count: 1_023)
            _ = try await SocketIOTestClient.connect(port: running.port, namespace: longest)
            await #expect(throws: Self.unknown) {
                try await SocketIOTestClient.connect(port: running.port, namespace: longest + "n")
            }
            #expect(parent.children.map(\.name).sorted() == ["/", longest])
        }
    }

    @Test func `a closure is asked about every client, and what it refuses gets in nowhere`() async throws {
        try await RunningServer.with { running in
            try running.server.of("/vip").emit("nobody is here")
            running.server.of(where: { name, auth in name == "/vip" && auth == Array(#"{"vip":true}"#.utf8) })
            let guest = try await SocketIOTestClient.connect(
                port: running.port, namespace: "/vip", auth: #"{"vip":true}"#)
            await #expect(throws: Self.unknown) {
                try await SocketIOTestClient.connect(port: running.port, namespace: "/vip", auth: "{}")
            }
            try running.server.of("/vip").emit("still nobody else")
            await #expect(throws: Self.unknown) {
                try await SocketIOTestClient.connect(port: running.port, namespace: "/vip")
            }
            _ = try await guest.next("still nobody else")
        }
    }

    @Test func `what was set up by name is open beside closures, under its own checks`() async throws {
        try await RunningServer.with { running in
            running.server.of("/news").onConnection { try $0.emit("hello") }
            running.server.of(where: { name, _ in name.hasPrefix("/room-") }).use { _ in
                throw ConnectError(message: "no")
            }
            let client = try await SocketIOTestClient.connect(port: running.port, namespace: "/news")
            _ = try await client.next("hello")
            running.server.of("/room-1").onConnection { _ in }
            await #expect(throws: Self.refusal) {
                try await SocketIOTestClient.connect(port: running.port, namespace: "/room-1")
            }
            _ = try await SocketIOTestClient.connect(port: running.port)
        }
    }

    private enum NameVariant: Equatable {
        case child, other
        init(_ name: String) { self = name.hasPrefix("/room-") ? .child : .other }
    }
}

extension RunningServer {
    /// Everything that the loop had to do by now is done; for waiting on a fact.
    func turn() async throws {
        try Task.checkCancellation()
        try await server.eventLoop.submit {}.get()
    }
}
