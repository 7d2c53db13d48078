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
    /// Once netlink has answered, a failure is an accident of that moment and no reason to step down.
    private var hasAnswered = false
    private let table4: KeptFile<TCPTable4>
    private let table6: KeptFile<TCPTable6>
    private let udp4: KeptFile<UDPTable4>
    private let udp6: KeptFile<UDPTable6>

    /// Begins at `source` and steps down where it is refused.
    package init(root: String, buffer: ReadBuffer, source: Source = .netlink) {
        self.source = source
        table4 = KeptFile(root: root, buffer: buffer)
        table6 = KeptFile(root: root, buffer: buffer)
        udp4 = KeptFile(root: root, buffer: buffer)
        udp6 = KeptFile(root: root, buffer: buffer)
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
                // IPv6 may be switched off: that is no reason to do without netlink.
                return v4 + ((try? openNetlink().dump(.v6)) ?? [])
            } catch {
                netlink = nil
                if hasAnswered { throw error }
                source = .files
            }
        }
        let v4 = try table4.read().table.sockets
        do {
            return try v4 + table6.read().table.sockets
        } catch {
            guard error.isGone else { throw error }
            return v4
        }
    }

    /// UDP sockets that wait for datagrams; of the files where netlink was refused.
    package func readDatagramSockets() throws(ProcFSError) -> [UDPSocket] {
        if source != .files {
            do {
                let v4 = try openNetlink().dump(.udp4)
                return (v4 + ((try? openNetlink().dump(.udp6)) ?? [])).compactMap(UDPSocket.init)
            } catch {
                // A kernel without UDP's part of sock_diag has the files.
                netlink = nil
            }
        }
        let v4 = try udp4.read().sockets
        return v4 + ((try? udp6.read().sockets) ?? [])
    }

    private func openNetlink() throws(ProcFSError) -> NetlinkSocket {
        if let netlink { return netlink }
        let opened = try NetlinkSocket()
        netlink = opened
        return opened
    }
}
