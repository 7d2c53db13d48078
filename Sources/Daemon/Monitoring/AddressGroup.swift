import Glibc

/// The addresses that one stranger may have at will: one IPv4 address, or an IPv6 network of 64 bits.
struct AddressGroup: Hashable, Sendable {
    private let bytes: [UInt8]
    /// Whether it is this machine itself.
    let isLoopback: Bool

    /// - Parameter address: an IP address as text; whatever is none, as on a unix socket, counts as this machine.
    init(_ address: String?) {
        var four = in_addr()
        var six = in6_addr()
        // A scope (`%eth0`) is no part of the address.
        let text = address.map { String($0.prefix { $0 != "%" }) } ?? ""
        if inet_pton(AF_INET, text, &four) == 1 {
            self.init(four: withUnsafeBytes(of: &four) { Array($0) })
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            let bytes = withUnsafeBytes(of: &six) { Array($0) }
            // An IPv4 address in the clothes of IPv6 (RFC 4291 §2.5.5.2).
            if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xff, bytes[11] == 0xff {
                self.init(four: Array(bytes[12...]))
            } else {
                self.init(
                    bytes: Array(bytes[..<8]), isLoopback: bytes[..<15].allSatisfy { $0 == 0 } && bytes[15] == 1)
            }
        } else {
            self.init(bytes: [], isLoopback: true)
        }
    }

    private init(four: [UInt8]) {
        self.init(bytes: four, isLoopback: four[0] == 127)
    }

    private init(bytes: [UInt8], isLoopback: Bool) {
        self.bytes = bytes
        self.isLoopback = isLoopback
    }
}
