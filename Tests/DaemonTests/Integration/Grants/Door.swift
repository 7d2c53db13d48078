import JSONBytes
import TestSupport

@testable import Daemon

/// A way by which somebody learns something.
enum Door: Sendable, Hashable, CustomStringConvertible {
    case event(ClientEvent)
    case unknownEvent
    case route(Route)
    /// A format of `/api/v1/window`.
    case window(WindowQuery.Format)
    case connect
    /// Comes back to the same daemon.
    case comeBack
    /// Comes back with the same marks, from another daemon.
    case comeOver
    /// Comes back with a mark that somebody else was told, of a key that may not be seen.
    case strangersMark

    /// A new event or route has rows at once.
    static let all: [Door] =
        ClientEvent.allCases.map(Door.event) + Route.allCases.filter { $0 != .window }.map(Door.route)
        + WindowQuery.Format.allCases.map(Door.window)
        + [.unknownEvent, .connect, .comeBack, .comeOver, .strangersMark]

    var description: String {
        switch self {
        case .event(let event): event.rawValue
        case .route(let route): route.rawValue
        case .window(let format): "\(Route.window.rawValue) \(format.rawValue)"
        case .unknownEvent: "unknown event"
        case .connect: "connect"
        case .comeBack: "come back"
        case .comeOver: "come over"
        case .strangersMark: "stranger's mark"
        }
    }
}

/// Somebody at the doors of one daemon.
struct Visitor: Sendable {
    let stage: GrantStage
    let daemon: RunningDaemon
    let token: String
    /// A mark of `sa:{db-1}:top` that whoever may see it was told.
    let strangersMark: String

    private var seesDetails: Bool { token == GrantStage.everybody || stage.grant.seesDetails }

    /// All that comes when somebody asks for these hosts.
    func ask(_ door: Door, _ hosts: String) async throws -> [String] {
        switch door {
        case .event(let event): try await ask(event, hosts)
        case .unknownEvent: try await socket(hosts) { client, _ in [try await Self.answer(client, "guess", "1")] }
        case .connect: try await socket(hosts) { _, first in [first.text] }
        case .comeBack:
            try await comeBack(hosts) { meta in
                #"{"epoch":\#(meta["epoch"] ?? ""),"seq":\#(meta["seq"] ?? ""),"t":\#(meta["t"] ?? "{}")}"#
            }
        case .comeOver: try await comeBack(hosts) { #"{"epoch":"other","seq":0,"t":\#($0["t"] ?? "{}")}"# }
        case .strangersMark:
            try await comeBack(hosts) { _ in
                #"{"epoch":"other","seq":0,"t":{"sa:{db-1}:top":"\#(strangersMark)"}}"#
            }
        case .route(let route): try await ask(route, hosts)
        case .window(let format): [try await body("\(Route.window.rawValue)?host=\(hosts)&format=\(format.rawValue)")]
        }
    }

    private func ask(_ event: ClientEvent, _ hosts: String) async throws -> [String] {
        let argument = #"{"hosts":["\#(hosts)"]}"#
        return switch event {
        case .subscribe:
            try await socket("*") { client, _ in
                [try await Self.answer(client, event.rawValue, argument), try await client.next("updates").text]
            }
        case .details:
            try await socket("*") { client, _ in
                let answer = try await Self.answer(client, event.rawValue, argument)
                // Details that are owed would come beside this snapshot, or before it.
                if !seesDetails {
                    _ = try await client.emitWithAck("subscribe", "{}")
                    _ = try await client.next("updates")
                    return [answer] + (await client.takeAll().map(\.text))
                }
                return [answer, try await client.next("details").text]
            }
        case .series:
            try await socket("*") { client, _ in
                let span = #""from":\#(stage.time(0)),"to":\#(stage.time(60)),"step":1000"#
                let query = #"{"hosts":["\#(hosts)"],"paths":["n","rank","cmd.of"],\#(span)}"#
                return [try await Self.answer(client, event.rawValue, query)]
            }
        case .keys: try await socket(hosts) { client, _ in [try await Self.answer(client, event.rawValue)] }
        case .pause: try await socket(hosts) { client, _ in [try await Self.answer(client, event.rawValue)] }
        case .resume:
            try await socket(hosts) { client, _ in
                _ = try await client.emitWithAck("pause")
                return [try await Self.answer(client, event.rawValue), try await client.nextEvent().text]
            }
        }
    }

    private func ask(_ route: Route, _ hosts: String) async throws -> [String] {
        switch route {
        case .page, .client, .smallClient: [Self.status(try await get(route.rawValue))]
        case .metrics:
            // Of whoever may see them the figures are of this daemon.
            [Self.status(try await get(route.rawValue))]
        case .health, .readiness: [try await body(route.rawValue)]
        case .keys: [try await body(route.rawValue)]
        case .window: [try await body("\(route.rawValue)?host=\(hosts)")]
        case .series:
            [
                try await body(
                    "\(route.rawValue)?host=\(hosts)&path=n&path=rank&path=cmd.of&from=\(stage.time(0))"
                        + "&to=\(stage.time(60))&step=1000")
            ]
        case .moment: [try await body("\(route.rawValue)?host=\(hosts)&t=\(stage.time(4))")]
        }
    }

    private func socket(
        _ hosts: String, since: String? = nil,
        _ visit: (SocketIOTestClient, SocketIOTestClient.Event) async throws -> [String]
    ) async throws -> [String] {
        let more = #","subscribe":{"hosts":["\#(hosts)"]}"# + (since.map { #","since":\#($0)"# } ?? "")
        let client = try await stage.client(daemon, token, more)
        let told = try await visit(client, try await client.nextEvent())
        try await client.disconnect()
        return told
    }

    /// What comes first to who comes back from there.
    private func comeBack(_ hosts: String, _ since: ([String: String]) -> String) async throws -> [String] {
        let meta = try await socket(hosts) { _, first in
            let meta = first.arguments.last
            return ["epoch", "seq", "t"].map { name in
                guard let value = meta?[name] else { return "" }
                var writer = JSONWriter()
                writer.value(value)
                return String(decoding: writer.bytes, as: UTF8.self)
            }
        }
        let named = Dictionary(zip(["epoch", "seq", "t"], meta)) { first, _ in first }.filter { !$0.value.isEmpty }
        return try await socket(hosts, since: since(named)) { _, first in [first.text] }
    }

    private func get(_ target: String) async throws -> String {
        try await daemon.get(target, headers: ["Authorization: Bearer \(token)"])
    }

    /// The status and the body, in whichever pieces it came.
    private func body(_ target: String) async throws -> String {
        let answer = try await get(target)
        let parts = answer.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        let body = parts.count > 1 ? String(parts[1]) : ""
        guard parts[0].lowercased().contains("transfer-encoding: chunked") else { return Self.status(answer) + body }
        var (whole, rest) = ("", Array(body.utf8)[...])
        while let end = rest.firstIndex(of: UInt8(ascii: "\r")),
            let count = Int(String(decoding: rest[..<end], as: UTF8.self), radix: 16), count > 0
        {
            rest = rest[(end + 2)...]
            whole += String(decoding: rest.prefix(count), as: UTF8.self)
            rest = rest.dropFirst(count + 2)
        }
        return Self.status(answer) + whole
    }

    private static func status(_ answer: String) -> String {
        answer.split(separator: " ").dropFirst().prefix(1).joined()
    }

    private static func answer(
        _ client: SocketIOTestClient, _ event: String, _ arguments: String...
    ) async throws -> String {
        let answer = try await client.emitWithAck(event, arguments)
        var writer = JSONWriter()
        for value in answer { writer.value(value) }
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
