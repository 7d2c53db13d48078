import RESP
import SeededRandom
import TestSupport
import Testing

@Suite
struct RESPFuzzTests {
    private static let limits = RESPLimits(bulkBytes: 200, elements: 50, lineBytes: 60, replyBytes: 1000)
    private static let fragments = [
        "\r\n", "\r", "\n", "+", "-", ":", "$", "*", "$-1\r\n", "*-1\r\n", "$0\r\n\r\n", "*2\r\n", "*1\r\n", ":1\r\n",
        "+OK\r\n", "-ERR x\r\n", "$3\r\nabc\r\n", "$10000000000\r\n", "*1000000000\r\n", "*50\r\n", "0", "-", "9", "\0",
        "%1\r\n", "_\r\n", ",1.5\r\n", ">1\r\n", "=4\r\ntxt:\r\n", "#t\r\n", "(1\r\n", "$?\r\n", ";0\r\n", "|1\r\n",
    ].map { Array($0.utf8) }

    @Test func `any bytes give values or a typed error, the same however they are cut`() {
        var generator = SeededGenerator(seed: 0x5EED)
        var failures: Set<RESPError> = []
        var values = 0
        for round in 0..<120_000 {
            let wire = Self.wire(using: &generator)
            let whole = Reading(of: [wire], limits: Self.limits)
            if let failure = whole.failure { failures.insert(failure) }
            values += whole.values.count
            if round.isMultiple(of: 4), let cut = wire.indices.randomElement(using: &generator) {
                let cuts = [Array(wire[..<cut]), Array(wire[cut...])]
                #expect(Reading(of: cuts, limits: Self.limits) == whole, "\(wire)")
            }
        }
        // The inputs reach far enough in to be worth something.
        #expect(values > 20_000)
        #expect(failures.count > 20)
    }

    @Test func `a mutated stream of sound replies never disturbs the reader`() {
        var generator = SeededGenerator(seed: 42)
        let sound = Array("*3\r\n$3\r\nabc\r\n:17\r\n*2\r\n+OK\r\n$-1\r\n-ERR no\r\n$12\r\nhello\r\nworld\r\n".utf8)
        #expect(Reading(of: [sound]).values.count == 3)
        for _ in 0..<30_000 {
            var wire = sound
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let index = Int.random(in: 0..<wire.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: wire[index] = UInt8.random(in: .min ... .max, using: &generator)
                case 1: wire.remove(at: index)
                default: wire.insert(wire[index], at: index)
                }
            }
            #expect(Reading(of: [wire], limits: Self.limits).values.count <= 20)
        }
    }

    private static func wire(using generator: inout SeededGenerator) -> [UInt8] {
        var wire: [UInt8] = []
        for _ in 0..<Int.random(in: 1...12, using: &generator) {
            if Int.random(in: 0..<8, using: &generator) == 0 {
                wire.append(UInt8.random(in: .min ... .max, using: &generator))
            } else {
                let index = Int.random(in: 0..<fragments.count, using: &generator)
                wire += fragments[index]
            }
        }
        return wire
    }
}
