import EngineIO
import Logging
import SocketIO

/// Every line that the server logs. A line that a stranger can cause at will has level `debug`, or is rare.
extension Logger {
    func sessionClosed(_ id: String, _ reason: CloseReason) {
        debug("session closed", metadata: ["session": .string(id), "reason": .string(reason.rawValue)])
    }

    /// At most one a minute of each kind.
    func violation(_ kind: Violation, _ detail: String, address: String?, unloggedBefore: Int) {
        notice(
            "a client broke a rule or met a limit",
            metadata: [
                "kind": .string(kind.rawValue), "detail": .string(String(detail.prefix(600))),
                "address": .string(address ?? "unknown"), "unlogged-before": .stringConvertible(unloggedBefore),
            ])
    }

    /// At most one a minute.
    func acceptPaused(_ error: any Error, connections: Int, unloggedBefore: Int) {
        warning(
            "no descriptor is free for new connections, which have to wait; raise the limit of open files",
            metadata: [
                "error": .string(String(describing: error)), "connections": .stringConvertible(connections),
                "unlogged-before": .stringConvertible(unloggedBefore),
            ])
    }

    func acceptingAgain(after duration: Duration) {
        debug("accepting connections again", metadata: ["after": .string(String(describing: duration))])
    }

    func connectionHandlerFailed(_ error: any Error, namespace: String) {
        self.error(
            "a handler of new connections failed",
            metadata: ["error": .string(String(describing: error)), "namespace": .string(namespace)])
    }

    func cannotBuildPipeline(_ error: any Error) {
        debug("connection ended while its pipeline changed", metadata: ["error": .string(String(describing: error))])
    }
}
