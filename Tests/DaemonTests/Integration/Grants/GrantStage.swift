import Access
import RESP
import RedisClient
import StreamAssembly
import TestSupport

@testable import Daemon

/// A grant of the table.
enum GrantCase: String, CaseIterable, Sendable {
    case everything
    case hosts = "hosts=web-*"
    case probes = "probes=top"
    case noDetails = "details=no"
    case nothing

    var grant: Grant {
        func bounds(_ hosts: [String], _ probes: [String], details: Bool = true) -> SelectionBounds {
            SelectionBounds(hosts: hosts.compactMap(Glob.init), probes: probes.compactMap(Glob.init), details: details)
        }
        return switch self {
        case .everything: .everything
        case .hosts: Grant(.viewer, within: bounds(["web-*"], []))
        case .probes: Grant(.viewer, within: bounds([], ["top"]))
        case .noDetails: Grant(.viewer, within: bounds([], [], details: false))
        case .nothing: Grant(.viewer, within: bounds(["none"], []))
        }
    }

    var seesDetails: Bool { grant.bounds?.details ?? true }

    func allows(_ origin: GrantStage.Origin) -> Bool {
        switch self {
        case .everything, .noDetails: true
        case .hosts: origin.host.hasPrefix("web-")
        case .probes: origin.probe == "top"
        case .nothing: false
        }
    }
}

/// Two daemons, each with a Redis of its own: one holds all hosts, the other what a grant allows and nothing else. Who has
/// the grant must not be able to tell them apart.
struct GrantStage: Sendable {
    struct Origin: Sendable, Hashable {
        let host: String
        let probe: String
    }

    static let bounded = "bounded"
    static let everybody = "everybody"

    let grant: GrantCase
    let all: RunningDaemon
    let allowed: RunningDaemon
    /// Where times begin, Unix epoch in ms.
    let start = TestSample.now / 1000 * 1000 - 100_000

    static func with(_ grant: GrantCase, _ body: (GrantStage) async throws -> Void) async throws {
        let viewers = Viewers { token in Viewer(token == bounded ? grant.grant : .everything) }
        try await RunningDaemon.with(viewers: viewers) { all in
            try await RunningDaemon.with(viewers: viewers) { allowed in
                try await body(GrantStage(grant: grant, all: all, allowed: allowed))
            }
        }
    }

    func client(_ daemon: RunningDaemon, _ token: String, _ more: String = "") async throws -> SocketIOTestClient {
        try await SocketIOTestClient.connect(port: daemon.port, auth: #"{"token":"\#(token)"\#(more)}"#)
    }

    func name(_ number: Int, _ origin: Origin) -> String { "\(origin.host):\(origin.probe):\(number)" }

    /// Writes a sample to both, as far as it is allowed.
    func add(_ number: Int, _ origin: Origin, key: String? = nil) async throws {
        try await send("ZADD", key ?? "sa:{\(origin.host)}:\(origin.probe)", origin) { details in
            [.string("\(time(number))"), .bytes(Array(member(number, origin, details: details).utf8))]
        }
    }

    /// Removes one sample from both.
    func remove(_ number: Int, _ origin: Origin) async throws {
        try await send("ZREM", "sa:{\(origin.host)}:\(origin.probe)", origin) { details in
            [.bytes(Array(member(number, origin, details: details).utf8))]
        }
    }

    func delete(_ key: String) async throws {
        try await all.redis("DEL", key)
        try await allowed.redis("DEL", key)
    }

    func time(_ number: Int) -> Int64 { start + Int64(number) * 1000 }

    private func send(
        _ command: String, _ key: String, _ origin: Origin, _ arguments: (_ details: Bool) -> [RESPArgument]
    ) async throws {
        _ = try await all.collector.send(RESPCommand(command, [.string(key)] + arguments(true)))
        guard grant.allows(origin) else { return }
        _ = try await allowed.collector.send(RESPCommand(command, [.string(key)] + arguments(grant.seesDetails)))
    }

    private func member(_ number: Int, _ origin: Origin, details: Bool) -> String {
        #"{"id":"\#(name(number, origin))","host":"\#(origin.host)","probe":"\#(origin.probe)","t":\#(time(number)),"#
            + #""details":["cmd","rank"],"n":\#(number)"#
            + (details ? #","cmd":{"of":"\#(origin.host)"},"rank":\#(number)"# : "") + "}"
    }
}

/// Texts without what differs from one run to the next.
enum Masked {
    /// Without the time and the name of the run.
    static func run(_ text: String) -> String {
        dropping([#""now":"#, #""epoch":"#], of: text)
    }

    /// Also without what somebody with bounds is told in another way, or not at all: `seq` and marks.
    static func content(_ text: String) -> String {
        dropping([#""now":"#, #""epoch":"#, #""seq":"#, #","t":{"#], of: text)
    }

    /// Without the members that begin like that.
    private static func dropping(_ beginnings: [String], of text: String) -> String {
        beginnings.reduce(text) { text, beginning in
            let parts = text.split(separator: beginning, omittingEmptySubsequences: false)
            return parts.dropFirst().reduce(String(parts[0])) { $0 + rest(of: $1, isObject: beginning.hasSuffix("{")) }
        }.replacing(",}", with: "}")
    }

    /// What follows on a value and the comma behind it. An object ends with its brace outside of texts.
    private static func rest(of text: Substring, isObject: Bool) -> Substring {
        guard isObject else { return text.drop { $0 != "," && $0 != "}" }.drop { $0 == "," } }
        var isText = false
        return text.drop { character in
            if character == "\"" { isText.toggle() }
            return isText || character != "}"
        }.dropFirst()
    }
}
