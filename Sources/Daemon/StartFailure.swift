import RedisClient
import SocketIOServer

/// Why the daemon cannot start or go on: one line that says what to do, and the exit status.
package struct StartFailure: Error, Equatable, CustomStringConvertible {
    package let description: String
    /// `sysexits(3)`: 69 (unavailable), 77 (no permission), 78 (configuration), 70 (internal).
    package let exitStatus: Int32

    package init(_ description: String, exitStatus: Int32) {
        self.description = description
        self.exitStatus = exitStatus
    }

    /// Makes a failure from the error of a part.
    init(_ error: any Error) {
        switch error {
        case let error as StartFailure:
            self = error
        case let error as ListenError:
            self.init(error)
        case let error as RedisError:
            self.init("redis: \(error)", exitStatus: 69)
        case let error as ChildProcess.Ended:
            self.init("\(error)", exitStatus: 69)
        default:
            self.init("\(error)", exitStatus: 70)
        }
    }

    private init(_ error: ListenError) {
        switch error.code {
        case .addressInUse:
            self.init("\(error); choose another: --port \(error.port + 1), or --port 0 for a free one", exitStatus: 69)
        case .permissionDenied:
            self.init("\(error); choose a port above 1023: --port 8080", exitStatus: 77)
        case .addressNotAvailable, .unknownHost:
            self.init("\(error); choose another: --host 127.0.0.1", exitStatus: 78)
        case .other:
            self.init("\(error)", exitStatus: 69)
        }
    }
}
