import RESP
import Testing

@testable import RedisClient

@Suite
struct RedisHandshakeTests {
    private func handshake(_ url: String, name: String? = nil) throws -> RedisHandshake {
        RedisHandshake(endpoint: try RedisEndpoint(url: url), clientName: name)
    }

    private func error(_ text: String) -> RESPValue { .error(RESPServerError(parsing: text)) }

    @Test func `sends AUTH, CLIENT SETNAME, SELECT, PING, as far as they are called for`() throws {
        #expect(try handshake("redis://h").commands == [RESPCommand("PING")])
        #expect(
            try handshake("redis://:p@h/2", name: "n").commands == [
                RESPCommand("AUTH", "p"), RESPCommand("CLIENT", "SETNAME", "n"), RESPCommand("SELECT", 2),
                RESPCommand("PING"),
            ])
        #expect(try handshake("redis://u:p@h").commands.first == RESPCommand("AUTH", "u", "p"))
    }

    @Test func `is done with the last reply, whatever SETNAME says`() throws {
        var handshake = try handshake("redis://:p@h/2", name: "n n")
        #expect(handshake.replyReceived(.simple("OK")) == .awaitingMore)
        #expect(handshake.replyReceived(error("ERR Client names cannot contain spaces")) == .awaitingMore)
        #expect(handshake.replyReceived(.simple("OK")) == .awaitingMore)
        #expect(handshake.replyReceived(.simple("PONG")) == .done)
    }

    @Test func `the first failure that matters is the one reported`() throws {
        var handshake = try handshake("redis://:p@h/2")
        #expect(handshake.replyReceived(error("WRONGPASS invalid")) == .awaitingMore)
        #expect(handshake.replyReceived(error("NOAUTH needed")) == .awaitingMore)
        let expected = RedisError(.authentication, "AUTH: WRONGPASS invalid")
        #expect(handshake.replyReceived(error("NOAUTH needed")) == .failed(expected))
    }

    @Test(arguments: [
        ("ERR invalid password", RedisError.Code.authentication), ("LOADING soon", .loading),
    ])
    func `any refusal of AUTH is about authentication, except that the server loads`(
        text: String, code: RedisError.Code
    ) throws {
        var handshake = try handshake("redis://:p@h")
        _ = handshake.replyReceived(error(text))
        #expect(handshake.replyReceived(.simple("PONG")) == .failed(RedisError(code, "AUTH: \(text)")))
    }

    @Test func `a user without PING is let in, a database out of range is not`() throws {
        var permitted = try handshake("redis://h")
        #expect(permitted.replyReceived(error("NOPERM no ping")) == .done)
        var refused = try handshake("redis://h/99")
        _ = refused.replyReceived(error("ERR DB index is out of range"))
        let expected = RedisError(.wrongDatabase, "SELECT: ERR DB index is out of range")
        #expect(refused.replyReceived(.simple("PONG")) == .failed(expected))
    }
}
