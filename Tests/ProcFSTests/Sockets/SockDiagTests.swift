import CSockDiag
import Glibc
import Testing

@testable import ProcFS

@Suite struct SockDiagTests {
    private func bytes<Value: BitwiseCopyable>(_ value: Value) -> [UInt8] {
        withUnsafeBytes(of: value) { [UInt8]($0) }
    }

    private func message(type: UInt16, sequence: UInt32 = 7, body: [UInt8]) -> [UInt8] {
        let header = nlmsghdr(
            nlmsg_len: UInt32(16 + body.count), nlmsg_type: type, nlmsg_flags: 2, nlmsg_seq: sequence, nlmsg_pid: 0)
        return bytes(header) + body + [UInt8](repeating: 0, count: (4 - body.count % 4) % 4)
    }

    private func socketBody(state: UInt8, information: [UInt8]) -> [UInt8] {
        var head = inet_diag_msg()
        head.idiag_family = UInt8(AF_INET)
        head.idiag_state = state
        head.id.idiag_sport = UInt16(443).bigEndian
        head.id.idiag_src.0 = UInt32(0x7F00_0001).bigEndian
        head.id.idiag_cookie = (5, 1)
        head.idiag_rqueue = 3
        head.idiag_wqueue = 128
        head.idiag_inode = 99
        let attribute = bytes(UInt16(4 + information.count)) + bytes(UInt16(INET_DIAG_INFO)) + information
        return bytes(head) + (information.isEmpty ? [] : attribute)
    }

    private func parse(_ datagram: [UInt8]) throws -> SockDiagReply {
        try datagram.withUnsafeBytes { try SockDiagReply(parsing: $0, sequence: 7) }
    }

    @Test func `asks for both families in one walk, or for one`() {
        let both = SockDiagRequest(families: .both, sequence: 9).encoded()
        #expect(both.count == 16 + MemoryLayout<inet_diag_req>.size)
        #expect(both[4] == 18)  // TCPDIAG_GETSOCK
        let v6 = SockDiagRequest(families: .v6, sequence: 9).encoded()
        #expect(v6[4] == 20)  // SOCK_DIAG_BY_FAMILY
        #expect(Array(v6[16...18]) == [10, 6, 2])  // AF_INET6, IPPROTO_TCP, tcp_info
    }

    @Test func `reads a connection with its measurements`() throws {
        var information = [UInt8](repeating: 0, count: 232)
        information.replaceSubrange(68..<72, with: bytes(UInt32(1500)))
        information.replaceSubrange(100..<104, with: bytes(UInt32(4)))
        information.replaceSubrange(120..<128, with: bytes(UInt64(1 << 40)))
        information.replaceSubrange(128..<136, with: bytes(UInt64(77)))
        let datagram = message(type: 18, body: socketBody(state: 1, information: information))
        let reply = try parse(datagram + message(type: UInt16(NLMSG_DONE), body: [0, 0, 0, 0]))
        #expect(reply.continuation == .done)
        let socket = try #require(reply.sockets.first)
        #expect(socket.localAddress.description == "127.0.0.1")
        #expect(socket.localPort == 443)
        #expect(socket.cookie == 1 << 32 | 5)
        #expect(
            socket.metrics
                == TCPMetrics(roundTripUs: 1500, retransmits: 4, bytesAcknowledged: 1 << 40, bytesReceived: 77))
    }

    @Test func `a short tcp_info of an old kernel has no byte counts`() throws {
        let body = socketBody(state: 1, information: [UInt8](repeating: 1, count: 104))
        let metrics = try #require(try parse(message(type: 18, body: body)).sockets.first?.metrics)
        #expect(metrics.bytesReceived == nil)
        #expect(metrics.retransmits == 0x0101_0101)
    }

    @Test func `a listening socket shows its queue and bound, and no measurements`() throws {
        let body = socketBody(state: 10, information: [UInt8](repeating: 1, count: 232))
        let socket = try #require(try parse(message(type: 18, body: body)).sockets.first)
        #expect(socket.receiveQueue == 3)
        #expect(socket.sendQueue == 128)
        #expect(socket.metrics == nil)
    }

    @Test func `messages of an older request are passed over`() throws {
        let old = message(type: 18, sequence: 6, body: socketBody(state: 1, information: []))
        #expect(try parse(old) == SockDiagReply(parsing: UnsafeRawBufferPointer(start: nil, count: 0), sequence: 7))
    }

    @Test func `a refusal carries the system's reason`() {
        let refusal = message(type: UInt16(NLMSG_ERROR), body: bytes(Int32(-13)) + [UInt8](repeating: 0, count: 16))
        let error = #expect(throws: ProcFSError.netlinkRefused(errno: EACCES)) { try parse(refusal) }
        #expect(error?.isDenied == true)
    }

    @Test func `a length that leads outside is refused`() {
        var datagram = message(type: 18, body: socketBody(state: 1, information: []))
        datagram[0] = 255
        #expect(throws: ProcFSError.netlinkRefused(errno: EBADMSG)) { try parse(datagram) }
    }

    @Test(arguments: [SocketDump.Source.netlink, .netlinkByFamily, .files])
    func `the running kernel's dump holds a socket of ours, and its owner is found`(source: SocketDump.Source) throws {
        let listener = try Listener()
        let dump = SocketDump(root: "", buffer: ReadBuffer(), source: source)
        let sockets = try dump.read()
        #expect(dump.source == source)
        let ours = try #require(sockets.first { $0.localPort == listener.port && $0.state == .listen })
        #expect(ours.localAddress.description == "127.0.0.1")
        #expect(ours.sendQueue == (source == .files ? nil : 17))
        // All at one look, however many descriptors the machine has open.
        let owners = try SocketOwners(root: "", portion: .max)
        owners.update(for: [ours], nowMs: 0)
        #expect(owners[inode: ours.inode]?.pid == getpid())
        #expect(owners.fullScans == 1)
    }

    @Test(arguments: [SocketDump.Source.netlink, .netlinkByFamily, .files])
    func `does not ask for sockets that are only bound`(source: SocketDump.Source) throws {
        let bound = try Listener(listens: false)
        let sockets = try SocketDump(root: "", buffer: ReadBuffer(), source: source).read()
        #expect(!sockets.contains { $0.localPort == bound.port && $0.isUnconnected })
    }

    @Test(arguments: [SocketDump.Source.netlink, .files])
    func `the running kernel's UDP sockets hold ours, and its owner is found`(source: SocketDump.Source) throws {
        let ours = try Listener(isDatagram: true)
        let found = try #require(
            SocketDump(root: "", buffer: ReadBuffer(), source: source).readDatagramSockets().first {
                $0.port == ours.port
            })
        #expect(found.address.description == "127.0.0.1")
        let owners = try SocketOwners(root: "", portion: .max)
        owners.update(for: [TCPSocket](), datagram: [found], nowMs: 0)
        #expect(owners[inode: found.inode]?.pid == getpid())
    }

    @Test func `scans all processes at most every ten seconds`() throws {
        let listener = try Listener()
        let sockets = try SocketDump(root: "", buffer: ReadBuffer()).read().filter { $0.localPort == listener.port }
        var stranger = try #require(sockets.first)
        stranger.inode = .max
        let owners = try SocketOwners(root: "", portion: .max)
        for nowMs in [0, 1000, 9999] as [UInt64] { owners.update(for: [stranger], nowMs: nowMs) }
        #expect(owners.fullScans == 1)
        // What a full scan did not find is out of sight: it alone brings about no other for two minutes.
        owners.update(for: [stranger], nowMs: 60_000)
        #expect(owners.fullScans == 1)
        owners.update(for: [stranger], nowMs: 120_000)
        #expect(owners.fullScans == 2)
        stranger.inode = .max - 1
        owners.update(for: [stranger], nowMs: 129_999)
        #expect(owners.fullScans == 2)
        owners.update(for: [stranger], nowMs: 130_000)
        #expect(owners.fullScans == 3)
        owners.update(for: sockets, nowMs: 999_000)
        #expect(owners.fullScans == 3)
    }
}

/// A listening socket, or one for datagrams, on a free loopback port, closed with the object.
private final class Listener {
    private let descriptor: CInt
    let port: UInt16

    init(isDatagram: Bool = false, listens: Bool = true) throws {
        // No child that another test starts meanwhile may inherit it: it would own it too.
        let kind = Int32((isDatagram ? SOCK_DGRAM : SOCK_STREAM).rawValue | SOCK_CLOEXEC.rawValue)
        descriptor = socket(AF_INET, kind, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) == 0 && (isDatagram || !listens || listen(descriptor, 17) == 0)
                    && getsockname(descriptor, generic, &length) == 0
            }
        }
        try #require(isListening)
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit {
        close(descriptor)
    }
}
