import JSONBytes
import TestSupport
import Testing

/// The word of the server each second, for clients that ask for it.
@Suite(.timeLimit(.minutes(1))) struct HeartbeatTests {
    @Test func `beats each second for who asks, while nothing changes, and for nobody else`() async throws {
        try await RunningDaemon.with { daemon in
            let old = try await daemon.client()
            let page = try await daemon.client(auth: #"{"heartbeat":true}"#)
            // The first came at once, before the snapshot.
            #expect(page.heartbeats == 1)
            let times = try await beats(3, of: page)
            // A repeated task is never early; how late it comes is the machine's affair.
            for (earlier, later) in zip(times, times.dropFirst()) { #expect(later - earlier >= 900) }
            _ = try await old.socket.emitWithAck("keys")
            try await daemon.add("sa:{a}:top", TestSample("1"))
            try await old.next("dUpdates")
            #expect(old.heartbeats == 0)
            try await page.next("dUpdates")
            #expect((old.faults, page.faults) == ([], []))
        }
    }

    @Test func `goes on beating while the client pauses, and needs no place in the order of changes`() async throws {
        try await RunningDaemon.with { daemon in
            let page = try await daemon.client(auth: #"{"heartbeat":true}"#)
            _ = try await page.socket.emitWithAck("pause")
            _ = try await beats(2, of: page)
            #expect(page.metas.count == 1)
        }
    }

    @Test(arguments: ["1", #""yes""#, "[]", "{}"])
    func `a heartbeat that is neither true nor false is refused by name`(_ wanted: String) async throws {
        try await RunningDaemon.with { daemon in
            let refusal = await #expect(throws: SocketIOTestClient.ConnectRefused.self) {
                try await daemon.client(auth: #"{"heartbeat":\#(wanted)}"#)
            }
            let payload = try #require(refusal).payload
            #expect(payload.contains("auth.heartbeat"))
        }
    }

    @Test(arguments: ["null", "false"]) func `who says no is let in and left in peace`(_ wanted: String) async throws {
        try await RunningDaemon.with { daemon in
            let quiet = try await daemon.client(auth: #"{"heartbeat":\#(wanted)}"#)
            let page = try await daemon.client(auth: #"{"heartbeat":true}"#)
            _ = try await beats(2, of: page)
            try await daemon.add("sa:{a}:top", TestSample("1"))
            try await quiet.next("dUpdates")
            #expect(quiet.heartbeats == 0)
        }
    }

    /// The times of the next heartbeats, in ms.
    private func beats(_ count: Int, of client: MonitoringClient) async throws -> [Double] {
        var times: [Double] = []
        while times.count < count {
            let beat = try await client.socket.next("heartbeat")
            #expect(beat.arguments.count == 1)
            times.append(try #require(beat.arguments.first?["now"]?.number))
        }
        return times
    }
}
