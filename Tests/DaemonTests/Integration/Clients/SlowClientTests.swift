import JSONBytes
import TestSupport
import Testing

/// One browser that does not read.
@Suite(.timeLimit(.minutes(1))) struct SlowClientTests {
    @Test func `a stalled client holds nobody up and gets a resync once it reads again`() async throws {
        try await RunningDaemon.with { daemon in
            let (stalled, quick) = (try await daemon.client(), try await daemon.client())
            try await stalled.socket.socket.setReading(false)
            var number = 0
            // More than the kernel's buffers and the outbox take; each is seen by the quick client before the next.
            while try await daemon.metric("events_dropped_total") == 0 {
                for _ in 0..<8 {
                    number += 1
                    try await daemon.add("sa:{a}:top", TestSample("\(number)", padding: 256 << 10))
                    try await quick.next("dUpdates")
                }
            }
            #expect(quick.arrivals == (1...number).map(String.init))
            #expect(try await daemon.metric("resyncs_total") == 0)

            try await stalled.socket.socket.setReading(true)
            while stalled.metas.last?["reason"]?.string != "resync" { try await stalled.next() }
            #expect(stalled.metas.last?["seq"] == .number(Double(number)))
            #expect(stalled.ids.contains("\(number)"))
            #expect(stalled.arrivals.count < number)
            for more in number + 1...number + 5 {
                try await daemon.add("sa:{a}:top", TestSample("\(more)"))
                let event = try await stalled.next("dUpdates")
                #expect(event.arguments[0].array?.map { $0["id"] } == [.string("\(more)")])
                #expect(event.arguments[1]["seq"] == .number(Double(more)))
                try await quick.next("dUpdates")
            }
            #expect((stalled.faults, quick.faults) == ([], []))
            #expect(try await daemon.metric("resyncs_total") == 1)
        }
    }

    @Test func `a client that stalls and is cut does not stay in the daemon's books`() async throws {
        try await RunningDaemon.with { daemon in
            let (stalled, quick) = (try await daemon.client(), try await daemon.client())
            try await stalled.socket.socket.setReading(false)
            try await daemon.add("sa:{a}:top", TestSample("1", padding: 256 << 10))
            try await quick.next("dUpdates")
            try await stalled.socket.disconnect()
            while try await daemon.metric("clients") != 1 {}
            try await daemon.add("sa:{a}:top", TestSample("2"))
            try await quick.until(["1", "2"])
        }
    }
}
