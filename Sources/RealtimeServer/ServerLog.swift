import EngineIO
import Logging
import SocketIO

/// Every line the server logs. Nothing here is louder than `debug` where a stranger can cause it at will.
extension Logger {
    func sessionClosed(_ id: String, _ reason: CloseReason) {
        debug("session closed", metadata: ["session": .string(id), "reason": .string(reason.rawValue)])
    }

    func sessionBrokeProtocol(_ id: String, _ violation: ClientSession.Violation) {
        let text = String(String(describing: violation).prefix(120))
        debug("session broke the protocol", metadata: ["session": .string(id), "violation": .string(text)])
    }

    func requestFailed(_ error: any Error) {
        self.error("request failed", metadata: ["error": .string(String(describing: error))])
    }

    func cannotBuildPipeline(_ error: any Error) {
        debug("connection ended while its pipeline changed", metadata: ["error": .string(String(describing: error))])
    }
}
