package import RESP

/// Why something asked of Redis did not happen; `code` is for deciding, the description for people.
package struct RedisError: Error, Sendable, CustomStringConvertible {
    package enum Code: Sendable, Hashable, CaseIterable {
        /// No connection could be made.
        case unreachable
        /// The server did not answer within the deadline; the connection is closed.
        case timedOut
        /// The server wants other credentials: trying again with these is of no use.
        case authentication
        /// A file that we were told to use cannot be.
        case configuration
        /// TLS did not come to be: certificates, names, or no TLS at the other end.
        case tls
        /// There is no database of that number.
        case wrongDatabase
        /// A server that was to be the master is none.
        case notMaster
        /// No sentinel names a master.
        case noMaster
        /// The ACL user may not do this.
        case noPermission
        /// The server is reading its data set, or waits for its master: soon it will answer.
        case loading
        /// A script holds the server (`BUSY`).
        case busy
        /// A replica was asked to write.
        case readOnly
        /// The bytes received are not RESP2, or an answer came that nobody asked for.
        case protocolViolation
        /// The connection ended, or had ended before.
        case closed
        /// The calling task was cancelled; a command already sent may still have been executed.
        case cancelled
        /// Too many bytes wait for answers on this connection: the command was not sent.
        case overloaded
        /// The server does not offer what was asked, as managed ones refuse `PSYNC`: trying again is of no use.
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
    /// Equal codes and messages; the underlying error is not compared.
    package static func == (left: Self, right: Self) -> Bool {
        left.code == right.code && left.message == right.message
    }
}

extension RedisError {
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
            // As proxies and managed services answer what they leave out.
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
