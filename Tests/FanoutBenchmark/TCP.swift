import Glibc

/// Blocking sockets on loopback.
enum TCP {
    static func listen() throws(SystemFailure) -> Int32 {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw SystemFailure("socket") }
        try withAddress(last: 1, port: 0) { Glibc.bind(socket, $0, $1) }
        guard Glibc.listen(socket, 4096) == 0 else { throw SystemFailure("listen") }
        return socket
    }

    static func port(of socket: Int32) throws(SystemFailure) -> Int {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &size) }
        }
        guard result == 0 else { throw SystemFailure("getsockname") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// Connects from 127.0.0.`source`: as many hosts, for servers that count connections by address.
    static func connect(port: Int, source: UInt8) throws(SystemFailure) -> Int32 {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw SystemFailure("socket") }
        // IP_BIND_ADDRESS_NO_PORT: the port is chosen at connect, so that two peers may share one.
        try set(socket, Int32(IPPROTO_IP), 24, 1)
        try withAddress(last: source, port: 0) { Glibc.bind(socket, $0, $1) }
        try withAddress(last: 1, port: UInt16(port)) { Glibc.connect(socket, $0, $1) }
        try set(socket, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        return socket
    }

    static func set(_ socket: Int32, _ level: Int32, _ name: Int32, _ value: Int32) throws(SystemFailure) {
        var value = value
        guard setsockopt(socket, level, name, &value, socklen_t(MemoryLayout<Int32>.size)) == 0 else {
            throw SystemFailure("setsockopt")
        }
    }

    private static func withAddress(
        last: UInt8, port: UInt16, _ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws(SystemFailure) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = (0x7f00_0000 | UInt32(last)).bigEndian
        let result = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard result == 0 else { throw SystemFailure("bind or connect") }
    }
}
