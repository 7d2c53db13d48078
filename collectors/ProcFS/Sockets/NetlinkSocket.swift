import CSockDiag
import Glibc

/// A socket on which the kernel is asked for socket dumps; closed with the object.
///
/// Belongs to one reader and is not safe to share between threads.
final class NetlinkSocket {
    private let descriptor: CInt
    private var sequence: UInt32 = 0
    private var buffer = [UInt8](repeating: 0, count: 64 * 1024)

    init() throws(ProcFSError) {
        descriptor = socket(AF_NETLINK, Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue), NETLINK_SOCK_DIAG)
        guard descriptor >= 0 else { throw .netlinkRefused(errno: errno) }
        // A dump is answered at once; a kernel that stays silent must not stop the collector.
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
