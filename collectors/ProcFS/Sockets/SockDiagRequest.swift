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

    /// Asks for every state and for `tcp_info` with each socket.
    package func encoded() -> [UInt8] {
        let information = UInt8(1 << (INET_DIAG_INFO - 1))
        switch families {
        case .both:
            var request = inet_diag_req()
            request.idiag_family = UInt8(AF_INET)
            request.idiag_ext = information
            request.idiag_states = .max
            return message(type: UInt16(TCPDIAG_GETSOCK), body: request)
        case .v4, .v6, .udp4, .udp6:
            let isUDP = families == .udp4 || families == .udp6
            var request = inet_diag_req_v2()
            request.sdiag_family = UInt8(families == .v4 || families == .udp4 ? AF_INET : AF_INET6)
            request.sdiag_protocol = UInt8(isUDP ? IPPROTO_UDP : IPPROTO_TCP)
            request.idiag_ext = isUDP ? 0 : information
            request.idiag_states = isUDP ? 1 << UInt32(TCPState.close.rawValue) : .max
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
