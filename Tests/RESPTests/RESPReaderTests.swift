import RESP
import TestSupport
import Testing

@Suite
struct RESPReaderTests {
    static let replies: [(wire: String, values: [RESPValue])] = [
        ("+OK\r\n", [.simple("OK")]),
        ("+\r\n", [.simple("")]),
        ("+a\rb\nc\r\n", [.simple("a\rb\nc")]),
        ("-ERR no such key\r\n", [.error(.init(code: "ERR", message: "no such key"))]),
        ("-WRONGTYPE\r\n", [.error(.init(code: "WRONGTYPE", message: ""))]),
        ("-Something else\r\n", [.error(.init(code: "ERR", message: "Something else"))]),
        (
            ":0\r\n:-7\r\n:9223372036854775807\r\n:-9223372036854775808\r\n",
            [.integer(0), .integer(-7), .integer(.max), .integer(.min)]
        ),
        ("$0\r\n\r\n", [.bulk([])]),
        ("$5\r\nab\r\nc\r\n", [.bulk(Array("ab\r\nc".utf8))]),
        ("$-1\r\n*-1\r\n", [.null, .null]),
        ("*0\r\n", [.array([])]),
        (
            "*3\r\n$1\r\na\r\n*1\r\n:1\r\n*-1\r\n+x\r\n",
            [.array([.bulk([0x61]), .array([.integer(1)]), .null]), .simple("x")]
        ),
        ("*2\r\n*0\r\n*2\r\n*0\r\n$0\r\n\r\n", [.array([.array([]), .array([.array([]), .bulk([])])])]),
    ]

    @Test(arguments: replies)
    func `reads every reply however it is cut`(wire: String, values: [RESPValue]) {
        for pieces in everySplit(of: Array(wire.utf8)) {
            #expect(Reading(of: pieces) == Reading(values: values))
        }
    }

    static let broken: [(wire: String, failure: RESPError)] = [
        ("x\r\n", .unknownType(UInt8(ascii: "x"))),
        ("HTTP/1.1 200 OK\r\n", .unknownType(UInt8(ascii: "H"))),
        ("%1\r\n", .unknownType(UInt8(ascii: "%"))),
        ("$5x\r\n", .malformedNumber(type: UInt8(ascii: "$"))),
        ("$-2\r\n", .malformedNumber(type: UInt8(ascii: "$"))),
        ("$\r\n", .malformedNumber(type: UInt8(ascii: "$"))),
        ("*--1\r\n", .malformedNumber(type: UInt8(ascii: "*"))),
        ("*1\n", .malformedNumber(type: UInt8(ascii: "*"))),
        ("*99999999999999999999\r\n", .malformedNumber(type: UInt8(ascii: "*"))),
        ("$9223372036854775807\r\n", .bulkTooLong(declared: .max, limit: 1000)),
        ("$3\r\nabcd\r\n", .missingTerminator),
        ("$10000000000\r\n", .bulkTooLong(declared: 10_000_000_000, limit: 1000)),
        ("*1000000000\r\n", .tooManyElements(declared: 1_000_000_000, limit: 100)),
        ("*90\r\n*11\r\n", .tooManyElements(declared: 101, limit: 100)),
        ("*9223372036854775807\r\n", .tooManyElements(declared: .max, limit: 100)),
        (String(repeating: "*1\r\n", count: 8), .nestedTooDeeply(limit: 7)),
        ("+" + String(repeating: "a", count: 60), .lineTooLong(limit: 50)),
        (
            "*3\r\n" + String(repeating: "$900\r\n" + String(repeating: "a", count: 900) + "\r\n", count: 3),
            .replyTooLong(limit: 2000)
        ),
        (":abc\r\n", .malformedNumber(type: UInt8(ascii: ":"))),
        (":9223372036854775808\r\n", .malformedNumber(type: UInt8(ascii: ":"))),
        (":-0\r\n", .malformedNumber(type: UInt8(ascii: ":"))),
        ("$03\r\n", .malformedNumber(type: UInt8(ascii: "$"))),
    ]

    @Test(arguments: broken)
    func `refuses what is malformed or too large, after the values before it`(wire: String, failure: RESPError) {
        let limits = RESPLimits(bulkBytes: 1000, elements: 100, lineBytes: 50, replyBytes: 2000)
        for pieces in everySplit(of: Array("+before\r\n".utf8) + Array(wire.utf8)) {
            #expect(Reading(of: pieces, limits: limits) == Reading(values: [.simple("before")], failure: failure))
        }
    }

    @Test func `accepts what just keeps the limits`() {
        let limits = RESPLimits(bulkBytes: 3, elements: 7, lineBytes: 5, replyBytes: 40)
        let nested = Array((String(repeating: "*1\r\n", count: 7) + "+abcde\r\n").utf8)
        let bulk = Array("$3\r\nabc\r\n".utf8)
        let reading = Reading(of: [nested + bulk + nested], limits: limits)
        #expect(reading.failure == nil)
        #expect(reading.values.count == 3)
        #expect(reading.values.dropFirst().first == .bulk(Array("abc".utf8)))
    }

    @Test func `throws the same error again and takes no more bytes`() {
        var reader = RESPReader()
        reader.feed(Array("?".utf8))
        reader.feed(Array("+OK\r\n".utf8))
        #expect(throws: RESPError.unknownType(UInt8(ascii: "?"))) { _ = try reader.next() }
        #expect(throws: RESPError.unknownType(UInt8(ascii: "?"))) { _ = try reader.next() }
    }

    @Test func `reads a reply larger than many slices`() {
        let bulk = [UInt8](repeating: 7, count: 5 << 20)
        let wire = Array("*2\r\n$\(bulk.count)\r\n".utf8) + bulk + Array("\r\n:1\r\n".utf8)
        #expect(Reading(of: [wire]) == Reading(values: [.array([.bulk(bulk), .integer(1)])]))
    }

    @Test func `reads many small replies of one chunk in order`() {
        let wire = (0..<50_000).flatMap { Array(":\($0)\r\n".utf8) }
        #expect(Reading(of: [wire]).values == (0..<50_000).map { .integer($0) })
    }
}
