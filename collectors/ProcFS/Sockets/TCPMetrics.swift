/// What `struct tcp_info` says of a connection (`linux/tcp.h`).
package struct TCPMetrics: Sendable, Equatable {
    /// nil where none was measured yet.
    package var roundTripUs: UInt32?
    /// Segments sent again since the connection began.
    package var retransmits: UInt32
    /// Bytes the other side acknowledged; nil before Linux 4.1.
    package var bytesAcknowledged: UInt64?
    /// Bytes received; nil before Linux 4.1.
    package var bytesReceived: UInt64?
}
