import NIOCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Why the server cannot listen. Its description is one clear line that says what to do.
public struct ListenError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What the system refused.
    public enum Code: Sendable, Equatable {
        /// EADDRINUSE
        case addressInUse
        /// EACCES: ports below 1024 need a privilege.
        case permissionDenied
        /// EADDRNOTAVAIL: no interface of this machine has the address.
        case addressNotAvailable
        /// The host name has no address.
        case unknownHost
        case other

        fileprivate init(errno: CInt) {
            self =
                switch errno {
                case EADDRINUSE: .addressInUse
                case EACCES: .permissionDenied
                case EADDRNOTAVAIL: .addressNotAvailable
                default: .other
                }
        }
    }

    /// What the system refused.
    public let code: Code
    /// The host as configured.
    public let host: String
    /// The port as configured.
    public let port: Int
    /// The system's own words.
    public let reason: String

    init(_ error: any Error, host: String, port: Int) {
        self.host = host
        self.port = port
        reason = "\(error)"
        switch error {
        case let error as IOError: code = Code(errno: error.errnoCode)
        case is SocketAddressError.UnknownHost: code = .unknownHost
        default: code = .other
        }
    }

    /// One line for a person.
    public var description: String {
        switch code {
        case .addressInUse: "port \(port) on \(host) is in use"
        case .permissionDenied: "no permission to listen on \(host) port \(port)"
        case .addressNotAvailable: "\(host) is no address of this machine"
        case .unknownHost: "host \(host) has no address"
        case .other: "cannot listen on \(host) port \(port): \(reason)"
        }
    }
}
