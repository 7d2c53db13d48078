import JSONBytes
import NIOCore
import TestSupport
import Testing

@testable import SocketIOServer

@Suite(.timeLimit(.minutes(1)))
struct DynamicNamespaceTests {
    @Test(arguments: [
        ("/a", "/a", true), ("/a", "/ab", false), ("/room-*", "/room-1", true), ("/room-*", "/room-", true),
        ("/room-*", "/rooms", false), ("/*/x", "/a/x", true), ("/*/x", "/x", false), ("/*a*b*", "/xaxxbx", true),
        ("/*a*b*", "/ba", false), ("*", "/", true), ("/aa*a", "/aa", false), ("/aa*a", "/aaa", true),
    ])
    func `a star stands for any characters`(_ pattern: String, _ name: String, _ fits: Bool) {
        #expect(NamePattern(pattern).matches(name) == fits)
    }

    @Test func `a namespace that fits a pattern is made for its first client and goes with its last`() async throws {
        let (joined, sink) = AsyncStream.makeStream(of: Socket.self)
        try await RunningServer.with { running in
            let rooms = running.server.of(matching: "/room-*").onConnection { sink.yield($0) }
            #expect(rooms.children.isEmpty)
            var sockets = joined.makeAsyncIterator()
            let one = try await SocketIOTestClient.connect(port: running.port, namespace: "/room-1")
            let two = try await SocketIOTestClient.connect(port: running.port, namespace: "/room-2")
            #expect(await sockets.next()?.namespace.name == "/room-1")
            #expect(await sockets.next()?.namespace.name == "/room-2")
            #expect(rooms.children.map(\.name).sorted() == ["/room-1", "/room-2"])
            try rooms.emit("to all", 1)
            #expect(try await one.next("to all").text == #"2/room-1,["to all",1]"#)
            #expect(try await two.next("to all").text == #"2/room-2,["to all",1]"#)
            try await one.leave()
            while rooms.children.count == 2 {
                try Task.checkCancellation()
                try await running.server.eventLoop.submit {}.get()
            }
            #expect(rooms.children.map(\.name) == ["/room-2"])
        }
    }

    @Test func `a closure decides by name and auth`() async throws {
        try await RunningServer.with { running in
            running.server.of(where: { name, auth in name == "/vip" && auth == Array(#"{"vip":true}"#.utf8) })
            _ = try await SocketIOTestClient.connect(port: running.port, namespace: "/vip", auth: #"{"vip":true}"#)
            for (name, auth) in [("/other", #"{"vip":true}"#), ("/third", "{}")] {
                await #expect(
                    throws: SocketIOTestClient.ConnectRefused(payload: #"{"message":"Invalid namespace"}"#)
                ) {
                    try await SocketIOTestClient.connect(port: running.port, namespace: name, auth: auth)
                }
            }
        }
    }

    @Test func `a client that middleware refuses leaves no namespace behind`() async throws {
        try await RunningServer.with { running in
            let parent = running.server.of(matching: "/x*")
            parent.use { _ throws(ConnectError) in throw ConnectError(message: "no") }
            await #expect(throws: SocketIOTestClient.ConnectRefused(payload: #"{"message":"no"}"#)) {
                try await SocketIOTestClient.connect(port: running.port, namespace: "/x1")
            }
            #expect(parent.children.isEmpty)
        }
    }
}
