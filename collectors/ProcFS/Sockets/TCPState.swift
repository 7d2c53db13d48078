/// The states of a TCP socket by the kernel's numbers (`include/net/tcp_states.h`).
package enum TCPState: UInt8, CaseIterable, Sendable {
    case established = 1
    case synSent
    case synRecv
    case finWait1
    case finWait2
    case timeWait
    case close
    case closeWait
    case lastAck
    case listen
    case closing

    /// The state of a kernel number; request sockets (12) count as `synRecv`, as in netstat.
    package init?(kernelNumber: UInt64) {
        if kernelNumber == 12 {
            self = .synRecv
        } else if let state = UInt8(exactly: kernelNumber).flatMap(Self.init(rawValue:)) {
            self = state
        } else {
            return nil
        }
    }
}
