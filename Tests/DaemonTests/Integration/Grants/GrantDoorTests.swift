import Access
import Hummingbird
import JSONBytes
import Logging
import SocketIOServer
import StreamAssembly
import TestSupport
import Testing

@testable import Daemon

/// Every door, with every grant, in every state: whoever has bounds is told what he would be told if nothing else was
/// there.
@Suite(.timeLimit(.minutes(3)), .serialized) struct GrantDoorTests {
    private typealias Origin = GrantStage.Origin

    private static let asked = ["web-1", "db-1", "no-such", "*"]
    private static let web1 = Origin(host: "web-1", probe: "top")
    private static let db1 = Origin(host: "db-1", probe: "top")
    /// In one key without a host.
    private static let loose = [Origin(host: "db-9", probe: "top"), Origin(host: "web-9", probe: "top")]

    /// Three clients: with the grant at both daemons, and one who may see all that the second holds. And who sees all of
    /// the first.
    private struct Crowd {
        let stage: GrantStage
        let bounded: SocketIOTestClient
        let same: SocketIOTestClient
        let reference: SocketIOTestClient
        let witness: SocketIOTestClient
        var told: (bounded: [String], same: [String], reference: [String]) = ([], [], [])
        var names: Set<String> = []

        init(_ stage: GrantStage) async throws {
            self.stage = stage
            bounded = try await stage.client(stage.all, GrantStage.bounded)
            same = try await stage.client(stage.allowed, GrantStage.bounded)
            reference = try await stage.client(stage.allowed, GrantStage.everybody)
            witness = try await stage.client(stage.all, GrantStage.everybody)
            try await takes(isAllowed: true)
        }

        /// Each gets one event, where it is allowed; the witness gets it in any case.
        mutating func takes(isAllowed: Bool) async throws {
            _ = try await witness.nextEvent()
            guard isAllowed else { return }
            let event = try await bounded.nextEvent()
            names.insert(event.name)
            told.bounded.append(event.text)
            told.same.append(try await same.nextEvent().text)
            told.reference.append(try await reference.nextEvent().text)
        }

        mutating func add(_ number: Int, _ origin: Origin, key: String? = nil) async throws {
            try await stage.add(number, origin, key: key)
            try await takes(isAllowed: stage.grant.allows(origin))
        }
    }

    /// Samples of hosts and probes of both kinds, turn by turn.
    private static func fill(_ crowd: inout Crowd) async throws {
        for number in 1...3 {
            for origin in [
                db1, web1, Origin(host: "db-1", probe: "net"), Origin(host: "web-1", probe: "net"),
                Origin(host: "web-2", probe: "top"),
            ] {
                try await crowd.add(number, origin)
            }
        }
        for (number, origin) in loose.enumerated() { try await crowd.add(number, origin, key: "sa:misc") }
    }

    private static func expectSame(_ crowd: Crowd) {
        let told = crowd.told
        #expect(told.bounded.map(Masked.content) == told.reference.map(Masked.content))
        // Whoever sees everything has the `seq` of the daemon.
        if crowd.stage.grant != .everything { #expect(told.bounded.map(Masked.run) == told.same.map(Masked.run)) }
    }

    @Test(arguments: GrantCase.allCases)
    func `no door shows, counts or hints at what is beyond a grant`(_ grant: GrantCase) async throws {
        try await GrantStage.with(grant) { stage in
            var crowd = try await Crowd(stage)
            try await Self.fill(&crowd)
            let marks = try await stage.client(stage.all, GrantStage.everybody).nextEvent().arguments.last?["t"]
            let mark = try #require(marks?["sa:{db-1}:top"]?.string)
            func visitor(_ daemon: RunningDaemon, _ token: String) -> Visitor {
                Visitor(stage: stage, daemon: daemon, token: token, strangersMark: mark)
            }
            let bounded = visitor(stage.all, GrantStage.bounded)
            let same = visitor(stage.allowed, GrantStage.bounded)
            let reference = visitor(stage.allowed, GrantStage.everybody)
            for door in Door.all {
                for hosts in Self.asked {
                    let told = try await bounded.ask(door, hosts)
                    #expect(!told.isEmpty && !told.contains(""))
                    if grant != .everything {
                        let expected = try await same.ask(door, hosts)
                        #expect(told.map(Masked.run) == expected.map(Masked.run), "\(door), \(hosts): not the same")
                    }
                    let other = try await Self.expected(door, grant) { try await reference.ask(door, hosts) }
                    if let other {
                        #expect(
                            told.map(Masked.content) == other.map(Masked.content), "\(door), \(hosts): not as alone")
                    }
                }
            }
            Self.expectSame(crowd)
        }
    }

    /// What somebody with the grant is to be told; nil where who sees everything may be told something else.
    private static func expected(
        _ door: Door, _ grant: GrantCase, reference: () async throws -> [String]
    ) async throws -> [String]? {
        switch door {
        case .route(.metrics) where grant != .everything: ["403"]
        case .event(.details) where !grant.seesDetails: [#"{"keys":[],"ok":true}"#]
        // Marks are not for everybody.
        case .comeOver where grant != .everything: nil
        default: try await reference()
        }
    }

    @Test(arguments: GrantCase.allCases)
    func `changes are told as if there was nothing else`(_ grant: GrantCase) async throws {
        try await GrantStage.with(grant) { stage in
            var crowd = try await Crowd(stage)
            try await Self.fill(&crowd)
            for origin in [Self.db1, Self.web1] {
                try await stage.remove(2, origin)
                try await crowd.takes(isAllowed: grant.allows(origin))
            }
            for origin in [Self.db1, Self.web1] {
                try await stage.delete("sa:{\(origin.host)}:\(origin.probe)")
                try await crowd.takes(isAllowed: grant.allows(origin))
            }
            try await stage.delete("sa:misc")
            try await crowd.takes(isAllowed: Self.loose.contains(where: grant.allows))

            for client in [crowd.bounded, crowd.same, crowd.reference] { _ = try await client.emitWithAck("pause") }
            for number in 4...6 {
                for origin in [Self.db1, Self.web1] {
                    try await stage.add(number, origin)
                    _ = try await crowd.witness.nextEvent()
                }
            }
            // Who is at the other daemon has to have read them, too.
            let beside = try await stage.client(stage.allowed, GrantStage.everybody)
            let newest = grant.allows(Self.web1) ? stage.name(6, Self.web1) : ""
            while !(try await beside.nextEvent().text.contains(newest)) {}
            for client in [crowd.bounded, crowd.same, crowd.reference] { _ = try await client.emitWithAck("resume") }
            crowd.told.bounded.append(try await crowd.bounded.nextEvent().text)
            crowd.told.same.append(try await crowd.same.nextEvent().text)
            crowd.told.reference.append(try await crowd.reference.nextEvent().text)

            // Whatever else was sent to them has come before this answer.
            for client in [crowd.bounded, crowd.same, crowd.reference] {
                _ = try await client.emitWithAck("keys")
                #expect(await client.takeAll().isEmpty)
            }
            Self.expectSame(crowd)
            let known: Set<String> = grant == .nothing ? ["updates"] : ["updates", "dUpdates", "gone"]
            #expect(crowd.names == known)
        }
    }

    @Test func `each route has a place in the table, and each event of the daemon a test`() throws {
        let rows = Door.all.count * Self.asked.count * GrantCase.allCases.count
        #expect(rows >= 400)
        let routes = HTTPRoutes(
            webRoot: nil, door: nil, viewers: .everybody, names: HostNames(allowedOrigins: [], proxies: .none),
            readiness: Readiness(), window: BoundWindow(StreamAssembler()), limits: .standard, metrics: DaemonMetrics(),
            budgets: AddressBudgets(), logger: .silent)
        for route in routes.router().routes + routes.metricsRouter().routes {
            #expect(Route(rawValue: route.path.description) != nil, "\(route) has no row")
        }
        for event in ServerEvent.allCases {
            switch event {
            case .updates, .dUpdates, .details, .gone: break  // above
            case .status, .heartbeat: break  // below
            case .draining: break  // it has a time, and nothing of hosts
            }
        }
    }

    @Test func `what the daemon says of itself names nothing to who has bounds`() async throws {
        try await GrantStage.with(.hosts) { stage in
            let bounded = try await stage.client(stage.all, GrantStage.bounded, #","heartbeat":true"#)
            let everybody = try await stage.client(stage.all, GrantStage.everybody)
            #expect(Masked.run(try await bounded.next("heartbeat").text) == #"2["heartbeat",{}]"#)
            await stage.all.redis.kill()
            #expect(try await everybody.next("status").arguments[0]["redis"]?["detail"] != nil)
            let status = try await bounded.next("status")
            #expect(status.arguments[0]["redis"]?["status"] != nil && status.arguments[0]["redis"]?["detail"] == nil)
            func headers(_ token: String) -> [String] { ["Authorization: Bearer \(token)"] }
            #expect(try await stage.all.get("/readyz", headers: headers(GrantStage.everybody)).contains("detail"))
            #expect(!(try await stage.all.get("/readyz", headers: headers(GrantStage.bounded)).contains("detail")))
            // Who connects now is told the same.
            let late = try await stage.client(stage.all, GrantStage.bounded)
            #expect(try await late.next("status").arguments[0]["redis"]?["detail"] == nil)
        }
    }

    @Test func `how far back the window reaches is for those who see every host`() async throws {
        let viewers = Viewers { token in Viewer(token == GrantStage.bounded ? GrantCase.hosts.grant : .everything) }
        try await RunningDaemon.with(viewers: viewers, adjust: { $0.window.perKey = 5 }) { daemon in
            let bounded = try await daemon.client(auth: #"{"token":"bounded"}"#)
            let everybody = try await daemon.client()
            try await daemon.add(
                "sa:{web-1}:top", (1...8).map { TestSample("\($0)", host: "web-1", at: Int64($0) * 1_000 - 20_000) })
            while !everybody.ids.contains("8") { try await everybody.next() }
            try await daemon.add("sa:{web-1}:top", TestSample("9", host: "web-1"))
            await daemon.log.until("the window does not hold window-age")
            try await daemon.add("sa:{web-1}:top", TestSample("10", host: "web-1"))
            while !everybody.ids.contains("10") { try await everybody.next() }
            while !bounded.ids.contains("10") { try await bounded.next() }
            #expect(everybody.metas.last?["window"]?["from"] != nil)
            #expect(bounded.metas.allSatisfy { $0["window"]?["from"] == nil })
            #expect(try await daemon.get("/readyz").contains("heldMs"))
            #expect(!(try await daemon.get("/readyz", headers: ["Authorization: Bearer bounded"]).contains("heldMs")))
            #expect(bounded.faults == [])
        }
    }

    @Test func `an answer does not outlast the right to it`() async throws {
        let viewers = Viewers { token in Viewer(.everything, until: token == "ended" ? .now : .now + .seconds(3600)) }
        try await RunningDaemon.with(viewers: viewers) { daemon in
            let client = try await daemon.client()
            let sample = TestSample("secret", host: "web-1")
            try await daemon.add("sa:{web-1}:top", sample)
            try await client.until(["secret"])
            for route in ["/api/v1/window", "/api/v1/keys", "/api/v1/at?t=\(sample.score)"] {
                #expect(try await daemon.get(route).contains("web-1"))
                #expect(!(try await daemon.get(route, headers: ["Authorization: Bearer ended"]).contains("web-1")))
            }
        }
    }
}
