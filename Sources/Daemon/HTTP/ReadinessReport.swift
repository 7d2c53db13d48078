import JSONBytes
import KeyspaceFollower

/// What `/readyz` says.
struct ReadinessReport: Equatable {
    let isReady: Bool
    let status: String
    let detail: String?

    init(_ status: FollowerStatus) {
        switch status {
        case .connecting:
            (isReady, self.status, detail) = (false, "connecting", "connecting to Redis")
        case .backingOff(let reason, _):
            (isReady, self.status, detail) = (false, "unreachable", reason)
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

    /// `{"ready": bool, "redis": {"status", "detail"}}`
    func encode() -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 128)
        writer.beginObject()
        writer.key("ready")
        writer.bool(isReady)
        writer.key("redis")
        writer.beginObject()
        writer.key("status")
        writer.string(status)
        if let detail {
            writer.key("detail")
            writer.string(detail)
        }
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }
}
