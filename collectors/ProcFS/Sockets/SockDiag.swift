import CSockDiag
import Glibc

/// The request for a dump of TCP sockets (sock_diag(7)).
///
/// ```
/// | nlmsghdr 16: length type flags sequence 0 | inet_diag_req 56: family 0 0 ext | sockid | states | 0 |
/// ```
package struct SockDiagRequest: Sendable, Equatable {
    package enum Families: Sendable, Equatable {
        /// The older request, `TCPDIAG_GETSOCK`: IPv4 and IPv6 in one walk.
        case both
        /// `SOCK_DIAG_BY_FAMILY`, for kernels that no longer answer the older request.
        case v4
        case v6
        /// UDP sockets that are not connected, by family.
        case udp4
        case udp6
    }

    package var families: Families
    package var sequence: UInt32

    package init(families: Families, sequence: UInt32) {
        self.families = families
        self.sequence = sequence
    }

    /// All states of netstat(8). Since Linux 6.8 there is one more: sockets that are bound and not connected, which are
    /// no connections. For those alone the kernel walks over another large table.
    static let states = UInt32.max & ~(1 << 13)  // TCPF_BOUND_INACTIVE

    /// Asks for all states, and for the `tcp_info` of each socket.
    package func encoded() -> [UInt8] {
        let information = UInt8(1 << (INET_DIAG_INFO - 1))
        switch families {
        case .both:
            var request = inet_diag_req()
            request.idiag_family = UInt8(AF_INET)
            request.idiag_ext = information
            request.idiag_states = Self.states
            return message(type: UInt16(TCPDIAG_GETSOCK), body: request)
        case .v4, .v6, .udp4, .udp6:
            let isUDP = families == .udp4 || families == .udp6
            var request = inet_diag_req_v2()
            request.sdiag_family = UInt8(families == .v4 || families == .udp4 ? AF_INET : AF_INET6)
            request.sdiag_protocol = UInt8(isUDP ? IPPROTO_UDP : IPPROTO_TCP)
            request.idiag_ext = isUDP ? 0 : information
            request.idiag_states = isUDP ? 1 << UInt32(TCPState.close.rawValue) : Self.states
            return message(type: UInt16(SOCK_DIAG_BY_FAMILY), body: request)
        }
    }

    private func message<Body: BitwiseCopyable>(type: UInt16, body: Body) -> [UInt8] {
        let header = nlmsghdr(
            nlmsg_len: UInt32(MemoryLayout<nlmsghdr>.size + MemoryLayout<Body>.size), nlmsg_type: type,
            nlmsg_flags: UInt16(NLM_F_REQUEST | NLM_F_DUMP), nlmsg_seq: sequence, nlmsg_pid: 0)
        var bytes = withUnsafeBytes(of: header) { [UInt8]($0) }
        withUnsafeBytes(of: body) { bytes.append(contentsOf: $0) }
        return bytes
    }
}

/// The content of one datagram of a dump: a pure function of its bytes.
///
/// ```
/// | nlmsghdr 16 | inet_diag_msg 72 | rtattr 4: length type | tcp_info … | padding to 4 |  and again
/// ```
package struct SockDiagReply: Sendable, Equatable {
    package enum Continuation: Sendable, Equatable {
        case more
        case done
    }

    package var sockets: [TCPSocket] = []
    package var continuation = Continuation.more

    /// Reads all messages with this sequence number. Others belong to an older request and are skipped.
    package init(parsing bytes: UnsafeRawBufferPointer, sequence: UInt32) throws(ProcFSError) {
        var offset = 0
        while bytes.count - offset >= MemoryLayout<nlmsghdr>.size {
            let header = bytes.loadUnaligned(fromByteOffset: offset, as: nlmsghdr.self)
            let length = Int(header.nlmsg_len)
            guard length >= MemoryLayout<nlmsghdr>.size, length <= bytes.count - offset else {
                throw .netlinkRefused(errno: EBADMSG)
            }
            let body = UnsafeRawBufferPointer(
                rebasing: bytes[offset + MemoryLayout<nlmsghdr>.size..<offset + length])
            offset += (length + 3) & ~3
            guard header.nlmsg_seq == sequence else { continue }
            switch Int32(header.nlmsg_type) {
            case NLMSG_DONE:
                continuation = .done
                return
            case NLMSG_ERROR:
                guard body.count >= 4 else { throw .netlinkRefused(errno: EBADMSG) }
                let code = body.loadUnaligned(as: Int32.self)
                throw .netlinkRefused(errno: code == .min ? EBADMSG : -code)
            default:
                if let socket = TCPSocket(message: body) { sockets.append(socket) }
            }
        }
    }
}

extension TCPSocket {
    /// nil for a state or family this program does not know.
    fileprivate init?(message: UnsafeRawBufferPointer) {
        let size = MemoryLayout<inet_diag_msg>.size
        guard message.count >= size else { return nil }
        let head = message.loadUnaligned(as: inet_diag_msg.self)
        guard let state = TCPState(kernelNumber: UInt64(head.idiag_state)),
            head.idiag_family == UInt8(AF_INET) || head.idiag_family == UInt8(AF_INET6)
        else { return nil }
        let isIPv6 = head.idiag_family == UInt8(AF_INET6)
        let id = head.id
        self.init(
            state: state, localAddress: IPAddress(words: id.idiag_src, isIPv6: isIPv6),
            localPort: UInt16(bigEndian: id.idiag_sport),
            remoteAddress: IPAddress(words: id.idiag_dst, isIPv6: isIPv6),
            remotePort: UInt16(bigEndian: id.idiag_dport), receiveQueue: head.idiag_rqueue,
            sendQueue: head.idiag_wqueue, uid: head.idiag_uid, inode: head.idiag_inode,
            cookie: UInt64(id.idiag_cookie.1) << 32 | UInt64(id.idiag_cookie.0), interface: id.idiag_if, metrics: nil)
        if state != .listen, state != .timeWait, state != .synRecv {
            metrics = TCPMetrics(attributes: UnsafeRawBufferPointer(rebasing: message[size...]))
        }
    }
}

extension IPAddress {
    fileprivate init(words: (UInt32, UInt32, UInt32, UInt32), isIPv6: Bool) {
        let big = (
            UInt64(UInt32(bigEndian: words.0)), UInt64(UInt32(bigEndian: words.1)),
            UInt64(UInt32(bigEndian: words.2)), UInt64(UInt32(bigEndian: words.3))
        )
        self =
            isIPv6
            ? IPAddress(v6High: big.0 << 32 | big.1, low: big.2 << 32 | big.3)
            : IPAddress(v4: UInt32(bigEndian: words.0))
    }
}

extension TCPMetrics {
    /// Finds `INET_DIAG_INFO` among the attributes; nil if it is missing or too short.
    fileprivate init?(attributes: UnsafeRawBufferPointer) {
        var offset = 0
        while attributes.count - offset >= 4 {
            let length = Int(attributes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
            let type = attributes.loadUnaligned(fromByteOffset: offset + 2, as: UInt16.self)
            guard length >= 4, length <= attributes.count - offset else { return nil }
            if type == UInt16(INET_DIAG_INFO) {
                self.init(information: UnsafeRawBufferPointer(rebasing: attributes[offset + 4..<offset + length]))
                return
            }
            offset += (length + 3) & ~3
        }
        return nil
    }

    /// Byte offsets in `struct tcp_info`, which only ever grows at its end.
    private enum Offset {
        static let roundTrip = 68
        static let totalRetransmits = 100
        static let bytesAcknowledged = 120
        static let bytesReceived = 128
    }

    private init?(information: UnsafeRawBufferPointer) {
        func field<Value: BitwiseCopyable>(_ offset: Int, as type: Value.Type) -> Value? {
            guard offset + MemoryLayout<Value>.size <= information.count else { return nil }
            return information.loadUnaligned(fromByteOffset: offset, as: type)
        }
        guard let roundTrip = field(Offset.roundTrip, as: UInt32.self),
            let retransmits = field(Offset.totalRetransmits, as: UInt32.self)
        else { return nil }
        self.init(
            roundTripUs: roundTrip == 0 ? nil : roundTrip, retransmits: retransmits,
            bytesAcknowledged: field(Offset.bytesAcknowledged, as: UInt64.self),
            bytesReceived: field(Offset.bytesReceived, as: UInt64.self))
    }
}
