import JSONBytes
import TestSupport

/// A browser: a Socket.IO client that holds what the daemon tells it, by the contract's rules, and notes where those
/// were broken.
final class MonitoringClient {
    typealias Event = SocketIOTestClient.Event

    /// What names a sample: its key and its `id`.
    struct Name: Hashable {
        let key: String
        let id: String
    }

    let socket: SocketIOTestClient
    /// The time of each sample held.
    private(set) var held: [Name: Double] = [:]
    /// The `meta` of each event, in order.
    private(set) var metas: [JSONValue] = []
    /// What each event `status` said of Redis, in order.
    private(set) var statuses: [String] = []
    /// Heartbeats that came before the newest of the other events.
    private(set) var heartbeats = 0
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

    var ids: Set<String> { Set(held.keys.map(\.id)) }

    func ids(of key: String) -> Set<String> { Set(held.keys.filter { $0.key == key }.map(\.id)) }

    func reason(_ index: Int) -> String? { metas[index]["reason"]?.string }

    /// Takes the next event; heartbeats between them are counted.
    @discardableResult
    func next() async throws -> Event {
        var event = try await socket.nextEvent()
        while event.name == "heartbeat" {
            heartbeats += 1
            event = try await socket.nextEvent()
        }
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

    /// Takes events until exactly these are held of a key.
    func until(_ ids: Set<String>, of key: String) async throws {
        while self.ids(of: key) != ids { try await next() }
    }

    private func take(_ event: Event) {
        if event.name == "status" {
            return statuses.append(event.arguments.first?["redis"]?["status"]?.string ?? "")
        }
        guard event.arguments.count == 2 else { return faults.append("\(event.name) without meta") }
        // They tell more of samples that are held.
        if event.name == "details" { return }
        let meta = event.arguments[1]
        note(meta, of: event)
        switch event.name {
        case "updates":
            held = [:]
            for entry in (event.arguments[0].object ?? [:]).values {
                let name = Self.name(of: entry["data"] ?? .null, key: entry["key"]?.string)
                if held.updateValue(entry["t"]?.number ?? 0, forKey: name) != nil { faults.append("\(name) twice") }
            }
        case "dUpdates":
            for (index, sample) in (event.arguments[0].array ?? []).enumerated() {
                let name = Self.name(of: sample, key: meta["keys"]?["\(index)"]?.string)
                add(name, (meta["times"]?["\(index)"] ?? sample["t"])?.number ?? 0)
            }
        case "gone":
            let gone = event.arguments[0]
            for sample in gone["samples"]?.array ?? [] {
                held[Name(key: sample["key"]?.string ?? "", id: sample["id"]?.string ?? "")] = nil
            }
            for key in gone["keys"]?.array ?? [] { held = held.filter { $0.key.key != key.string } }
        default:
            faults.append("unknown event \(event.name)")
        }
    }

    private func add(_ name: Name, _ t: Double) {
        if let held = held[name], held >= t { faults.append("\(name) came twice") }
        held[name] = t
        arrivals.append(name.id)
    }

    /// By the key that the daemon tells, else by the sample's own words, else by its `id`.
    private static func name(of sample: JSONValue, key: String?) -> Name {
        let id = sample["id"]?.string ?? ""
        let parts = id.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        let (host, probe) = (
            sample["host"]?.string ?? parts[0], sample["probe"]?.string ?? parts.dropFirst().first ?? ""
        )
        return Name(key: key ?? "sa:{\(host)}:\(probe)", id: id)
    }

    /// Deltas follow one another without a gap for who has selected all; a snapshot contains what came before.
    private func note(_ meta: JSONValue, of event: Event) {
        let (last, new) = (metas.last?["seq"]?.number ?? -1, meta["seq"]?.number ?? -1)
        if event.name == "updates" ? new < last : new <= last { faults.append("seq \(new) after \(last)") }
        if let epoch = metas.last?["epoch"], epoch != meta["epoch"] { faults.append("another epoch") }
        metas.append(meta)
    }
}
