import JSONBytes
import KeyspaceFollower
import NIOConcurrencyHelpers
import RedisClient

/// Whether Redis is followed live, and if not, why. `/readyz` and the event `status` report it.
final class Readiness: Sendable {
    private let state = NIOLockedValueBox(ReadinessReport(.connecting))

    var report: ReadinessReport { state.withLockedValue { $0 } }

    /// Whether everything in Redis has been read.
    var isLive: Bool { report.isReady }

    /// The new report, if it has changed.
    ///
    /// Another attempt changes nothing: until one succeeds, the last reason stays.
    func update(_ status: FollowerStatus) -> ReadinessReport? {
        state.withLockedValue { report in
            if status == .connecting, !report.isReady { return nil }
            let new = ReadinessReport(status)
            guard new != report else { return nil }
            report = new
            return new
        }
    }
}

/// The content of `/readyz`.
struct ReadinessReport: Equatable {
    let isReady: Bool
    let status: String
    let detail: String?

    init(_ status: FollowerStatus) {
        switch status {
        case .connecting:
            (isReady, self.status, detail) = (false, "connecting", "connecting to Redis")
        case .backingOff(let reason, _):
            (isReady, self.status, detail) = (false, Self.word(for: reason.code), reason.description)
        case .catchingUp:
            (isReady, self.status, detail) = (false, "catching-up", "reading the sets for the first time")
        case .live(mode: .notifications):
            (isReady, self.status, detail) = (true, "live", nil)
        case .live(mode: .replication):
            (isReady, self.status, detail) = (true, "live", "by the replication stream")
        case .live(mode: .polling(let remedy)):
            (isReady, self.status, detail) = (true, "polling", remedy)
        }
    }

    /// The one table from errors to the status that clients see (Contract.md: HTTP).
    private static func word(for code: RedisError.Code) -> String {
        switch code {
        case .unreachable, .closed, .cancelled: "unreachable"
        case .timedOut: "timed-out"
        case .authentication: "wrong-password"
        case .noPermission: "no-permission"
        case .wrongDatabase: "wrong-database"
        case .configuration, .invalidURL: "configuration"
        case .tls: "tls"
        case .loading: "loading"
        case .busy: "busy"
        case .notMaster, .readOnly: "not-master"
        case .noMaster: "no-master"
        case .unsupported: "unsupported"
        case .protocolViolation: "protocol-error"
        case .overloaded, .server, .other: "error"
        }
    }

    /// `{"ready": bool, "redis": {"status", "detail"}}`
    ///
    /// - Parameter withDetail: whether to include `detail`. It names addresses, users and keys, so it is not for
    ///   strangers.
    func encode(withDetail: Bool = true) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 128)
        writer.beginObject()
        writer.key("ready")
        writer.bool(isReady)
        writer.key("redis")
        writer.beginObject()
        writer.key("status")
        writer.string(status)
        if let detail, withDetail {
            writer.key("detail")
            writer.string(detail)
        }
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }
}
