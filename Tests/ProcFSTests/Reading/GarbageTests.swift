import ProcFS
import SeededRandom
import TestSupport
import Testing

/// Any bytes give a value or a typed error: a trap would end the test run.
@Suite struct GarbageTests {
    /// One parser, tried on bytes; true where it gave a value.
    struct Parser: Sendable, CustomTestStringConvertible {
        var path: String
        var accepts: @Sendable ([UInt8]) -> Bool

        var testDescription: String { path }

        init<Content: KernelFile>(_ type: Content.Type, _ path: String = Content.path) {
            self.path = path
            accepts = { (try? type.init(parsing: $0)) != nil }
        }
    }

    static let parsers: [Parser] = [
        Parser(SystemStat.self), Parser(LoadAverage.self), Parser(Uptime.self), Parser(MemoryInfo.self),
        Parser(VirtualMemoryCounters.self), Parser(Pressure.self), Parser(Pressure.self, Pressure.memoryPath),
        Parser(Pressure.self, Pressure.ioPath), Parser(DiskStatistics.self), Parser(ProcessStat.self),
        Parser(ProcessMemory.self),
        Parser(ProcessIO.self), Parser(ProcessArguments.self), Parser(ControlGroup.self), Parser(UserNames.self),
        Parser(BootID.self), Parser(NetworkDevices.self), Parser(SocketStatistics.self),
        Parser(SocketStatistics.self, SocketStatistics.path6), Parser(ProtocolTable.self),
        Parser(ProtocolCounters.self), Parser(ProtocolCounters.self, ProtocolCounters.extendedPath),
        Parser(ProtocolCounters.self, ProtocolCounters.path6), Parser(SocketTable.self),
        Parser(SocketTable.self, SocketTable.tcp6Path), Parser(SocketTable.self, SocketTable.udpPath),
        Parser(SocketTable.self, SocketTable.udp6Path),
    ]

    @Test(arguments: parsers)
    func `parsers survive random bytes`(parser: Parser) {
        var random = SeededGenerator(seed: 20_251)
        for _ in 0..<300 {
            let bytes = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                UInt8.random(in: .min ... .max, using: &random)
            }
            _ = parser.accepts(bytes)
        }
    }

    @Test(arguments: parsers)
    func `parsers survive damaged copies of the real file`(parser: Parser) {
        var original = Fixture.bytes("\(Fixture.linux618)/\(parser.path.replacing("[pid]", with: "412"))")
        #expect(parser.accepts(original))
        original = Array(original.prefix(2000))
        var random = SeededGenerator(seed: 7)
        for _ in 0..<300 where !original.isEmpty {
            var bytes = original
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                guard let index = bytes.indices.randomElement(using: &random) else { break }
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[index] = .random(in: .min ... .max, using: &random)
                case 1: bytes.removeSubrange(index...)
                case 2: bytes.insert(contentsOf: "99999999999999999999".utf8, at: index)
                default: bytes.remove(at: index)
                }
            }
            _ = parser.accepts(bytes)
        }
    }

    @Test func `the netlink parser survives random and damaged datagrams`() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<3000 {
            var bytes = (0..<Int.random(in: 0...400, using: &random)).map { _ in
                UInt8.random(in: .min ... .max, using: &random)
            }
            if bytes.count >= 16 {
                // A plausible header leads the parser further in.
                bytes.replaceSubrange(
                    0..<16, with: [UInt8(min(255, bytes.count)), 0, 0, 0, 18, 0, 2, 0, 7, 0, 0, 0, 0, 0, 0, 0])
            }
            if bytes.count >= 18 { bytes.replaceSubrange(16..<18, with: [2, 1]) }
            bytes.withUnsafeBytes { _ = try? SockDiagReply(parsing: $0, sequence: 7) }
        }
    }
}
