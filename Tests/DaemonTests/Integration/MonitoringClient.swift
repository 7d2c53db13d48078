import JSONBytes
import TestSupport

/// A browser: a Socket.IO client that holds what the daemon tells it, by the contract's rules, and notes where those
/// were broken.
final class MonitoringClient {
    typealias Event = SocketIOTestClient.Event

    let socket: SocketIOTestClient
    /// Each sample held, by `id`.
    private(set) var held: [String: JSONValue] = [:]
    /// The `meta` of each event, in order.
    private(set) var metas: [JSONValue] = []
    /// What each event `status` said of Redis, in order.
    private(set) var statuses: [String] = []
    /// Samples that came as new while they were held, and events out of order.
    private(set) var faults: [String] = []
    /// Every id that came as new, in order.
    private(set) var arrivals: [String] = []

    private init(_ socket: SocketIOTestClient) {
        self.socket = socket
    }

    static func connect(port: Int, auth: String? = nil) async throws -> MonitoringClient {
        let client = MonitoringClient(try await SocketIOTestClient.connect(port: port, auth: auth))
        try await client.next("updates")
        return client
    }

    var ids: Set<String> { Set(held.keys) }

    func reason(_ index: Int) -> String? { metas[index]["reason"]?.string }

    /// Takes the next event of the three.
    @discardableResult
    func next() async throws -> Event {
        let event = try await socket.nextEvent()
        take(event)
        return event
    }

    /// Takes the next event, which has to be of that name.
    @discardableResult
    func next(_ name: String) async throws -> Event {
        let event = try await next()
        if event.name != name { faults.append("\(event.name) came in place of \(name)") }
        return event
    }

    /// Takes events until exactly these are held.
    func until(_ ids: Set<String>) async throws {
        while self.ids != ids { try await next() }
    }

    private func take(_ event: Event) {
        if event.name == "status" {
            return statuses.append(event.arguments.first?["redis"]?["status"]?.string ?? "")
        }
        guard event.arguments.count == 2 else { return faults.append("\(event.name) without meta") }
        let meta = event.arguments[1]
        note(meta, of: event)
        switch event.name {
        case "updates":
            held = (event.arguments[0].object ?? [:]).mapValues { $0["data"] ?? .null }
        case "dUpdates":
            for sample in event.arguments[0].array ?? [] { add(sample) }
        case "gone":
            let gone = event.arguments[0]
            for id in gone["ids"]?.array ?? [] { held[id.string ?? ""] = nil }
            for key in gone["keys"]?.array ?? [] { drop(key: key.string ?? "") }
        default:
            faults.append("unknown event \(event.name)")
        }
    }

    private func add(_ sample: JSONValue) {
        let id = sample["id"]?.string ?? ""
        if let t = held[id]?["t"]?.number, t >= sample["t"]?.number ?? 0 { faults.append("\(id) came twice") }
        held[id] = sample
        arrivals.append(id)
    }

    /// The samples of the host and probe that the key names.
    private func drop(key: String) {
        held = held.filter { "sa:{\($1["host"]?.string ?? "")}:\($1["probe"]?.string ?? "")" != key }
    }

    /// Deltas follow one another without a gap for who has selected all; a snapshot contains what came before.
    private func note(_ meta: JSONValue, of event: Event) {
        let (last, new) = (metas.last?["seq"]?.number ?? -1, meta["seq"]?.number ?? -1)
        if event.name == "updates" ? new < last : new <= last { faults.append("seq \(new) after \(last)") }
        if let epoch = metas.last?["epoch"], epoch != meta["epoch"] { faults.append("another epoch") }
        metas.append(meta)
    }
}
