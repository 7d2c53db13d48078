import JSONBytes
import KeyspaceFollower
import NIOConcurrencyHelpers
import RedisClient
import StreamAssembly

/// Whether Redis is followed live, and if not, why. `/readyz` and the event `status` report it.
final class Readiness: Sendable {
    private let state = NIOLockedValueBox(ReadinessReport(.connecting))
    private let window = NIOLockedValueBox<WindowDepth?>(nil)
    private let draining = NIOLockedValueBox(false)

    var report: ReadinessReport { state.withLockedValue { $0 } }

    /// How far back the window reaches; nil until that has been looked at.
    var depth: WindowDepth? { window.withLockedValue { $0 } }

    func holds(_ depth: WindowDepth) { window.withLockedValue { $0 = depth } }

    /// Whether clients are being sent away, because the daemon is about to end.
    var isDraining: Bool { draining.withLockedValue { $0 } }

    func beginDraining() { draining.withLockedValue { $0 = true } }

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

    /// `{"ready": bool, "status": "draining", "redis": {"status", "detail"}, "window": {"heldMs", "from"}}`
    ///
    /// - Parameters:
    ///   - withDetail: whether to include `detail`. It names addresses, users and keys, so it is not for strangers.
    ///   - isDraining: whether clients are sent away. Then it is not ready, however Redis is; else there is no `status`.
    ///   - depth: told if it is less than the window's age.
    func encode(withDetail: Bool = true, isDraining: Bool = false, depth: WindowDepth? = nil) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 128)
        writer.beginObject()
        writer.key("ready")
        writer.bool(isReady && !isDraining)
        if isDraining {
            writer.key("status")
            writer.string("draining")
        }
        writer.key("redis")
        writer.beginObject()
        writer.key("status")
        writer.string(status)
        if let detail, withDetail {
            writer.key("detail")
            writer.string(detail)
        }
        writer.endObject()
        if let depth, let from = depth.from {
            writer.key("window")
            writer.beginObject()
            writer.key("heldMs")
            writer.number(depth.ms)
            writer.key("from")
            writer.number(from)
            writer.endObject()
        }
        writer.endObject()
        return writer.bytes
    }
}
