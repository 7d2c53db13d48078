package import RESP

/// Why something asked of Redis did not happen. `code` is for programs, the description for people.
package struct RedisError: Error, Sendable, CustomStringConvertible {
    package enum Code: Sendable, Hashable, CaseIterable {
        /// No connection could be made.
        case unreachable
        /// The server did not answer in time. The connection is closed.
        case timedOut
        /// The server wants other credentials. It is of no use to try again with these.
        case authentication
        /// A file in the configuration cannot be used.
        case configuration
        /// TLS failed: certificates, names, or no TLS at the other end.
        case tls
        /// There is no database of that number.
        case wrongDatabase
        /// The server should be the master and is not.
        case notMaster
        /// No sentinel names a master.
        case noMaster
        /// The ACL user may not do this.
        case noPermission
        /// The server is loading its data set, or waits for its master. It will answer soon.
        case loading
        /// A script keeps the server busy (`BUSY`).
        case busy
        /// A replica was asked to write.
        case readOnly
        /// The bytes received are not RESP2, or an answer came that nobody asked for.
        case protocolViolation
        /// The connection ended, or had ended before.
        case closed
        /// The calling task was cancelled. A command that was sent may still have been executed.
        case cancelled
        /// Too many bytes wait for answers on this connection. The command was not sent.
        case overloaded
        /// The server does not offer what was asked, as managed ones do not offer `PSYNC`. It is of no use to try
        /// again.
        case unsupported
        /// Any other error reply.
        case server
        case invalidURL
        /// The body of a ``RedisConnector`` threw an error that is not Redis'.
        case other
    }

    package let code: Code
    package let message: String
    package let underlying: (any Error)?

    package init(_ code: Code, _ message: String, underlying: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.underlying = underlying
    }

    package var description: String { message }

    /// The error reply behind this error, if one is.
    package var reply: RESPServerError? { underlying as? RESPServerError }
}

extension RedisError: Equatable {
    /// Compares codes and messages, not the underlying errors.
    package static func == (left: Self, right: Self) -> Bool {
        left.code == right.code && left.message == right.message
    }
}

extension RedisError {
    static let hungUp = RedisError(.closed, "Redis closed the connection")
    static let hungUpAtOnce = "Redis closed the connection before its first answer"

    /// The one table from error replies to codes.
    package init(_ reply: RESPServerError, to command: String? = nil) {
        let code: Code =
            switch reply.code {
            case "NOAUTH", "WRONGPASS": .authentication
            case "NOPERM": .noPermission
            case "LOADING", "MASTERDOWN": .loading
            case "BUSY": .busy
            case "READONLY": .readOnly
            case "MOVED", "ASK", "CROSSSLOT", "CLUSTERDOWN": .unsupported
            // How proxies and managed services answer commands that they do not have.
            case "ERR" where reply.message.lowercased().hasPrefix("unknown command"): .unsupported
            default: .server
            }
        let isCluster = code == .unsupported && reply.code != "ERR"
        self.init(
            code,
            (command.map { "\($0): " } ?? "") + reply.description
                + (isCluster ? "; this is a node of a Redis Cluster: give the URL of a single Redis" : ""),
            underlying: reply)
    }

    package init(_ error: RESPError) {
        self.init(.protocolViolation, error.description, underlying: error)
    }

    package init(_ error: RedisURLError) {
        self.init(.invalidURL, error.description, underlying: error)
    }
}
