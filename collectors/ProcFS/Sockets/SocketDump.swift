import CSockDiag
import Glibc

/// All TCP sockets of the network namespace: by netlink if the kernel answers, else from `/proc/net/tcp{,6}`.
///
/// Belongs to one reader and is not safe to share between threads.
package final class SocketDump {
    /// Where the sockets come from.
    package enum Source: Sendable, Equatable {
        /// `TCPDIAG_GETSOCK`: both families in one walk.
        case netlink
        /// `SOCK_DIAG_BY_FAMILY`: one walk for each family.
        case netlinkByFamily
        /// `/proc/net/tcp{,6}`: no round trips and no byte counts.
        case files
    }

    package private(set) var source: Source
    private var netlink: NetlinkSocket?
    /// Once netlink has answered, a later failure is an accident and no reason to use another source.
    private var hasAnswered = false
    private let tcp4: KeptFile<SocketTable>
    private let tcp6: KeptFile<SocketTable>
    private let udp4: KeptFile<SocketTable>
    private let udp6: KeptFile<SocketTable>

    /// Begins with `source`. If that is refused, it uses the next one.
    package init(root: String, buffer: ReadBuffer, source: Source = .netlink) {
        self.source = source
        tcp4 = KeptFile(root: root, buffer: buffer)
        tcp6 = KeptFile(SocketTable.tcp6Path, root: root, buffer: buffer)
        udp4 = KeptFile(SocketTable.udpPath, root: root, buffer: buffer)
        udp6 = KeptFile(SocketTable.udp6Path, root: root, buffer: buffer)
    }

    package func read() throws(ProcFSError) -> [TCPSocket] {
        if source == .netlink {
            do {
                let sockets = try openNetlink().dump(.both)
                hasAnswered = true
                return sockets
            } catch {
                netlink = nil
                if hasAnswered { throw error }
                source = .netlinkByFamily
            }
        }
        if source == .netlinkByFamily {
            do {
                let v4 = try openNetlink().dump(.v4)
                hasAnswered = true
                // IPv6 may be switched off. That is no reason not to use netlink.
                return v4 + ((try? openNetlink().dump(.v6)) ?? [])
            } catch {
                netlink = nil
                if hasAnswered { throw error }
                source = .files
            }
        }
        let v4 = try tcp4.read().sockets
        do {
            return try v4 + tcp6.read().sockets
        } catch {
            guard error.isGone else { throw error }
            return v4
        }
    }

    /// UDP sockets that wait for datagrams; from the files if netlink was refused.
    package func readDatagramSockets() throws(ProcFSError) -> [UDPSocket] {
        if source != .files {
            do {
                let v4 = try openNetlink().dump(.udp4)
                return (v4 + ((try? openNetlink().dump(.udp6)) ?? [])).compactMap(UDPSocket.init)
            } catch {
                // A kernel without sock_diag for UDP still has the files.
                netlink = nil
            }
        }
        let v4 = try udp4.read().datagramSockets
        return v4 + ((try? udp6.read().datagramSockets) ?? [])
    }

    private func openNetlink() throws(ProcFSError) -> NetlinkSocket {
        if let netlink { return netlink }
        let opened = try NetlinkSocket()
        netlink = opened
        return opened
    }
}

/// A netlink socket for dumps of sockets. It is closed with the object.
///
/// Belongs to one reader and is not safe to share between threads.
final class NetlinkSocket {
    private let descriptor: CInt
    private var sequence: UInt32 = 0
    private var buffer = [UInt8](repeating: 0, count: 64 * 1024)

    init() throws(ProcFSError) {
        descriptor = socket(AF_NETLINK, Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue), NETLINK_SOCK_DIAG)
        guard descriptor >= 0 else { throw .netlinkRefused(errno: errno) }
        // The kernel answers a dump at once. If it stays silent, it must not stop the collector.
        var timeout = timeval(tv_sec: 1, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// All sockets of one dump.
    func dump(_ families: SockDiagRequest.Families) throws(ProcFSError) -> [TCPSocket] {
        sequence &+= 1
        let request = SockDiagRequest(families: families, sequence: sequence).encoded()
        guard send(descriptor, request, request.count, 0) == request.count else {
            throw .netlinkRefused(errno: errno)
        }
        var sockets: [TCPSocket] = []
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .netlinkRefused(errno: count < 0 ? errno : EPIPE) }
            let reply = try SockDiagReply(received: buffer, count: count, sequence: sequence)
            sockets.append(contentsOf: reply.sockets)
            if reply.continuation == .done { return sockets }
        }
    }
}

extension SockDiagReply {
    fileprivate init(received buffer: [UInt8], count: Int, sequence: UInt32) throws(ProcFSError) {
        let result = buffer.withUnsafeBytes { bytes in
            Result { () throws(ProcFSError) in
                try SockDiagReply(parsing: UnsafeRawBufferPointer(rebasing: bytes[..<count]), sequence: sequence)
            }
        }
        self = try result.get()
    }
}
