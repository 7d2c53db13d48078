import RESP
import Testing

@Suite
struct RESPCommandTests {
    private func wire(_ command: RESPCommand) throws -> String {
        var bytes: [UInt8] = []
        try command.withWireBytes { bytes.append(contentsOf: $0) }
        #expect(bytes.count <= command.wireBytesEstimate)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `formats words as bulk strings`() throws {
        #expect(try wire(RESPCommand("PING")) == "*1\r\n$4\r\nPING\r\n")
        #expect(
            try wire(RESPCommand("SET", "kéy", .bytes([0x0D, 0x0A, 0x00])))
                == "*3\r\n$3\r\nSET\r\n$4\r\nkéy\r\n$3\r\n\r\n\0\r\n")
        #expect(try wire(RESPCommand("ECHO", "")) == "*2\r\n$4\r\nECHO\r\n$0\r\n\r\n")
    }

    @Test func `formats numbers so that they read back as the same`() throws {
        #expect(try wire(RESPCommand("X", -5)) == "*2\r\n$1\r\nX\r\n$2\r\n-5\r\n")
        let score = 1_732_171_234_567.125
        #expect(try wire(RESPCommand("X", .double(score))) == "*2\r\n$1\r\nX\r\n$17\r\n\(score)\r\n")
    }

    @Test func `appends to what is there`() throws {
        var command = RESPCommand("DEL")
        command.append("a")
        command.append(.integer(7))
        #expect(try wire(command) == "*3\r\n$3\r\nDEL\r\n$1\r\na\r\n$1\r\n7\r\n")
        #expect(command.argumentCount == 2)
    }

    @Test func `shows no argument, which may be a password`() {
        let command = RESPCommand("AUTH", "user", "hunter2")
        #expect(command.description == "AUTH (2 arguments)")
        #expect("\(command)".contains("hunter2") == false)
    }
}
