import Glibc

/// All TCP sockets of the network namespace: by netlink where the kernel answers, else from `/proc/net/tcp{,6}`.
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
    private let table4: KeptFile<TCPTable4>
    private let table6: KeptFile<TCPTable6>

    /// Begins at `source` and steps down where it is refused.
    package init(root: String, buffer: ReadBuffer, source: Source = .netlink) {
        self.source = source
        table4 = KeptFile(root: root, buffer: buffer)
        table6 = KeptFile(root: root, buffer: buffer)
    }

    package func read() throws(ProcFSError) -> [TCPSocket] {
        if source == .netlink {
            if let sockets = try? openNetlink().dump(.both) { return sockets }
            source = .netlinkByFamily
        }
        if source == .netlinkByFamily {
            netlink = nil
            if let netlink = try? openNetlink(), let v4 = try? netlink.dump(.v4) {
                // IPv6 may be switched off: that is no reason to do without netlink.
                return v4 + ((try? netlink.dump(.v6)) ?? [])
            }
            netlink = nil
            source = .files
        }
        let v4 = try table4.read().table.sockets
        do {
            return try v4 + table6.read().table.sockets
        } catch {
            guard error.isGone else { throw error }
            return v4
        }
    }

    private func openNetlink() throws(ProcFSError) -> NetlinkSocket {
        if let netlink { return netlink }
        let opened = try NetlinkSocket()
        netlink = opened
        return opened
    }
}
