import SeededRandom

/// Netlink datagrams as a dump of sockets sends them, bent.
enum Datagram {
    static let sequence: UInt32 = 7

    static func next(using random: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 1...3, using: &random) { bytes += socket(using: &random) }
        bytes += header(type: 3, length: 20) + [0, 0, 0, 0]
        KernelInputs.bend(&bytes, times: Int.random(in: 0...3, using: &random), using: &random)
        return bytes
    }

    private static func header(type: UInt8, length: Int) -> [UInt8] {
        [UInt8(length & 255), UInt8(length >> 8), 0, 0, type, 0, 2, 0, UInt8(sequence), 0, 0, 0, 0, 0, 0, 0]
    }

    /// `nlmsghdr`, `inet_diag_msg` of 72 bytes, and `tcp_info` of some kernel as an attribute.
    private static func socket(using random: inout SeededGenerator) -> [UInt8] {
        let information = [0, 8, 104, 192, 232].randomElement(using: &random) ?? 0
        var body = [
            UInt8.random(in: 0..<3, using: &random) == 0 ? 10 : 2, UInt8.random(in: 1...12, using: &random), 0, 0,
        ]
        body += (4..<72).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        let attribute = [UInt8((4 + information) & 255), UInt8((4 + information) >> 8), 2, 0]
        body += attribute + (0..<information).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        return header(type: 18, length: 16 + body.count) + body
    }
}
