import Logging
import NIOCore
import NIOEmbedded
import RESP
import TestSupport
import Testing

@testable import RedisClient

/// The handler on a channel without a socket: what is written, and what virtual time does.
@Suite(.timeLimit(.minutes(1)))
struct RedisConnectionChannelTests {
    private func open(
        _ adjust: (inout RedisConfiguration) -> Void = { _ in }
    ) async throws -> (channel: NIOAsyncTestingChannel, connection: RedisConnection) {
        let channel = NIOAsyncTestingChannel()
        let configuration = try configuration("unix:///s", adjust)
        let ready = channel.eventLoop.makePromise(of: Void.self)
        let connection = try await channel.testingEventLoop.executeInContext {
            try RedisConnection.install(configuration, on: channel, ready: ready, logger: Logger(label: "test"))
        }
        try await channel.connect(to: SocketAddress(unixDomainSocketPath: "/s"))
        let handshake = try await channel.waitForOutboundWrite(as: ByteBuffer.self)
        #expect(String(buffer: handshake).hasSuffix("*1\r\n$4\r\nPING\r\n"))
        try await channel.writeInbound(ByteBuffer(string: "+OK\r\n+PONG\r\n"))
        try await ready.futureResult.get()
        return (channel, connection)
    }

    @Test func `writes a pipeline at once and takes its replies byte by byte`() async throws {
        let (channel, connection) = try await open()
        async let replies = connection.pipeline([RESPCommand("INCR", "a"), RESPCommand("GET", "b")])
        let written = try await channel.waitForOutboundWrite(as: ByteBuffer.self)
        #expect(String(buffer: written) == "*2\r\n$4\r\nINCR\r\n$1\r\na\r\n*2\r\n$3\r\nGET\r\n$1\r\nb\r\n")
        for byte in ":1\r\n$2\r\nbb\r\n".utf8 { try await channel.writeInbound(ByteBuffer(bytes: [byte])) }
        #expect(try await replies == [.integer(1), .bulk([0x62, 0x62])])
        _ = try await channel.finish(acceptAlreadyClosed: true)
    }

    @Test func `fails everything that waits when the deadline passes`() async throws {
        let (channel, connection) = try await open { $0.requestTimeout = .seconds(2) }
        let first = Task { try await connection.pipeline([RESPCommand("PING")]) }
        _ = try await channel.waitForOutboundWrite(as: ByteBuffer.self)
        let second = Task { try await connection.pipeline([RESPCommand("PING")]) }
        _ = try await channel.waitForOutboundWrite(as: ByteBuffer.self)
        await channel.testingEventLoop.advanceTime(by: .seconds(3))
        let timedOut = RedisError(.timedOut, "no answer within 2.0 s")
        await #expect(throws: timedOut) { try await first.value }
        await #expect(throws: timedOut) { try await second.value }
        try await connection.closeFuture.get()
    }

    @Test func `pings an idle connection and closes without an answer`() async throws {
        let (channel, connection) = try await open {
            $0.pingInterval = .seconds(3)
            $0.pingDeadline = .seconds(1)
        }
        await channel.testingEventLoop.advanceTime(by: .seconds(3))
        #expect(
            try await channel.waitForOutboundWrite(as: ByteBuffer.self) == ByteBuffer(string: "*1\r\n$4\r\nPING\r\n"))
        try await channel.writeInbound(ByteBuffer(string: "+PONG\r\n"))
        await channel.testingEventLoop.advanceTime(by: .seconds(3))
        #expect(
            try await channel.waitForOutboundWrite(as: ByteBuffer.self) == ByteBuffer(string: "*1\r\n$4\r\nPING\r\n"))
        await channel.testingEventLoop.advanceTime(by: .seconds(1))
        try await connection.closeFuture.get()
    }

    @Test func `closes on bytes that are not RESP, after the replies before them`() async throws {
        let (channel, connection) = try await open()
        let first = Task { try await connection.pipeline([RESPCommand("PING")]) }
        _ = try await channel.waitForOutboundWrite(as: ByteBuffer.self)
        let second = Task { try await connection.pipeline([RESPCommand("PING")]) }
        _ = try await channel.waitForOutboundWrite(as: ByteBuffer.self)
        try await channel.writeInbound(ByteBuffer(string: "+PONG\r\nHTTP/1.1 400\r\n"))
        #expect(try await first.value == [.simple("PONG")])
        await #expect(throws: RedisError(RESPError.unknownType(UInt8(ascii: "H")))) { try await second.value }
        try await connection.closeFuture.get()
    }

    @Test func `closes where another handler passes on what are no bytes`() async throws {
        let (channel, connection) = try await open()
        let asked = Task { try await connection.pipeline([RESPCommand("PING")]) }
        _ = try await channel.waitForOutboundWrite(as: ByteBuffer.self)
        try await channel.writeInbound("no bytes")
        let reason = RedisError(.protocolViolation, "what came through the connection were no bytes")
        await #expect(throws: reason) { try await asked.value }
        try await connection.closeFuture.get()
    }

    @Test func `what Redis says before it hangs up in the handshake is the reason`() async throws {
        let channel = NIOAsyncTestingChannel()
        let configuration = try configuration("unix:///s")
        let ready = channel.eventLoop.makePromise(of: Void.self)
        _ = try await channel.testingEventLoop.executeInContext {
            try RedisConnection.install(configuration, on: channel, ready: ready, logger: Logger(label: "test"))
        }
        try await channel.connect(to: SocketAddress(unixDomainSocketPath: "/s"))
        try await channel.writeInbound(ByteBuffer(string: "-ERR max number of clients reached\r\n"))
        try await channel.close()
        let reason = RedisError(RESPServerError(code: "ERR", message: "max number of clients reached"))
        await #expect(throws: reason) { try await ready.futureResult.get() }
    }

    @Test func `close waits for what was sent`() async throws {
        let (channel, connection) = try await open()
        // Not awaited where the test fails: they would wait for a reply that nobody gives.
        let reply = Task { try await connection.send(RESPCommand("PING")) }
        _ = try await channel.waitForOutboundWrite(as: ByteBuffer.self)
        let closed = Task { await connection.close() }
        try await channel.writeInbound(ByteBuffer(string: "+PONG\r\n"))
        #expect(try await reply.value == .simple("PONG"))
        await closed.value
        await #expect(throws: RedisError.self) { try await connection.send(RESPCommand("PING")) }
    }
}
