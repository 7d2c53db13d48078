import RESP
import SeededRandom
import TestSupport
import Testing

@Suite
struct StreamedCommandReaderTests {
    private func commands(
        _ pieces: [[UInt8]], keptWordBytes: Int = 100, keptCommandBytes: Int = 1000
    ) throws(RESPError) -> [StreamedCommand] {
        var reader = StreamedCommandReader(keptWordBytes: keptWordBytes, keptCommandBytes: keptCommandBytes)
        var commands: [StreamedCommand] = []
        for piece in pieces {
            try Self.feed(piece, &reader) { commands.append($0) }
        }
        return commands
    }

    private static func feed(
        _ piece: [UInt8], _ reader: inout StreamedCommandReader, _ body: (StreamedCommand) -> Void
    ) throws(RESPError) {
        let failure = piece.withUnsafeBytes { bytes -> RESPError? in
            do throws(RESPError) { try reader.feed(bytes, body) } catch { return error }
            return nil
        }
        if let failure { throw failure }
    }

    private func words(_ texts: String...) -> [[UInt8]] { texts.map { Array($0.utf8) } }

    @Test func `cuts the stream into commands, however it arrives`() throws {
        let wire = Array(
            "*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n\n*4\r\n$4\r\nZADD\r\n$1\r\nk\r\n$1\r\n1\r\n$3\r\n\r\n*\r\n*0\r\n*1\r\n$0\r\n\r\n"
                .utf8)
        for pieces in everySplit(of: wire) {
            let commands = try commands(pieces)
            #expect(
                commands == [
                    StreamedCommand(words: words("SELECT", "0"), streamBytes: 23),
                    StreamedCommand(words: [], streamBytes: 1),
                    StreamedCommand(words: words("ZADD", "k", "1", "\r\n*"), streamBytes: 37),
                    StreamedCommand(words: [], streamBytes: 4),
                    StreamedCommand(words: words(""), streamBytes: 10),
                ])
            #expect(commands.reduce(0) { $0 + $1.streamBytes } == wire.count)
        }
    }

    @Test func `lets long words pass without holding them`() throws {
        let long = String(repeating: "x", count: 101)
        let wire = Array("*3\r\n$3\r\nSET\r\n$101\r\n\(long)\r\n$1\r\nv\r\n*1\r\n$4\r\nPING\r\n".utf8)
        for pieces in everySplit(of: wire) {
            let commands = try commands(pieces)
            #expect(commands.map(\.omission) == [.longWords, .nothing])
            #expect(commands.first?.words == words("SET", "", "v"))
            #expect(commands.reduce(0) { $0 + $1.streamBytes } == wire.count)
        }
    }

    @Test func `leaves out the rest of a command of too many bytes`() throws {
        var wire = Array("*41\r\n$3\r\nDEL\r\n".utf8)
        for number in 10..<50 { wire += Array("$2\r\n\(number)\r\n".utf8) }
        let commands = try commands([wire + Array("*1\r\n$4\r\nPING\r\n".utf8)])
        #expect(commands.map(\.omission) == [.rest, .nothing])
        #expect((commands.first?.words.count).map { (20..<41).contains($0) } == true)
        #expect(commands.first?.streamBytes == wire.count)
    }

    @Test(arguments: [
        ("+OK\r\n", RESPError.unknownType(UInt8(ascii: "+"))),
        ("*-1\r\n", .malformedNumber(type: UInt8(ascii: "*"))),
        ("*x\r\n", .malformedNumber(type: UInt8(ascii: "*"))),
        ("*1\r\n:1\r\n", .unknownType(UInt8(ascii: ":"))),
        ("*1\r\n$-1\r\n", .malformedNumber(type: UInt8(ascii: "$"))),
        ("*1\r\n$9000000000000000\r\n", .bulkTooLong(declared: 9_000_000_000_000_000, limit: 1 << 40)),
        ("*1\r\n$1\r\nabc", .missingTerminator),
        ("*1\r\n$1\r\na\rb", .missingTerminator),
    ])
    func `refuses what is no command`(wire: String, error: RESPError) {
        for pieces in everySplit(of: Array(wire.utf8)) {
            #expect(throws: error) { try commands(pieces) }
        }
    }

    @Test func `any bytes give commands or a typed error`() {
        var random = SeededGenerator(seed: 11)
        let fragments = ["*1\r\n", "*2\r\n", "$1\r\n", "a\r\n", "$0\r\n\r\n", "\n", "\r", "*", "$", "9", "-", "\0"].map
        {
            Array($0.utf8)
        }
        var ends: Set<String> = []
        for _ in 0..<50_000 {
            var wire: [UInt8] = []
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                wire += fragments.randomElement(using: &random) ?? []
            }
            do throws(RESPError) {
                let found = try commands([wire])
                #expect(found.reduce(0) { $0 + $1.streamBytes } <= wire.count)
                ends.insert("\(found.count)")
            } catch {
                ends.insert("\(error)")
            }
        }
        #expect(ends.count > 10)
    }
}
