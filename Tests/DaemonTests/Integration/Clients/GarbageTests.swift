import NIOCore
import SeededRandom
import TestSupport
import Testing

/// What a browser, or what only pretends to be one, may send.
@Suite(.timeLimit(.minutes(1))) struct GarbageTests {
    private static let target = "/socket.io/?EIO=4&transport=websocket"

    static let texts = [
        "", "9", "hello", "4", "49", "4x", "42", "42[", "42[]", "42[1]", #"42["a""#, #"42{"a":1}"#, "42/other,[\"x\"]",
        "43", "43[]", "4399999999999999999999[]", "45", #"451-["a",{"_placeholder":true,"num":0}]"#, "44{}", "41",
        "0{}",
        "2probe", "3", "6", "40", "40{", "40[1]", "40/nothing,", "42" + String(repeating: "[", count: 100_000),
        #"42["subscribe",{"hosts":["\#(String(repeating: "*a", count: 1000))"]}]"#, "40\u{0}", "4\u{1F600}",
    ]

    private func stillServes(_ client: MonitoringClient, _ daemon: RunningDaemon) async throws {
        try await daemon.add("sa:{a}:top", TestSample("after"))
        try await client.until(["after"])
        #expect(client.faults == [])
    }

    private func untilAnsweredOrClosed(_ socket: WebSocketClient) async {
        for await frame in socket.frames {
            switch frame {
            case .text(let text) where text.hasPrefix("430"): return
            case .close: return
            default: continue
            }
        }
    }

    @Test func `texts that make no sense end or are answered and another client goes on`() async throws {
        try await RunningDaemon.with { daemon in
            let other = try await daemon.client()
            for isJoined in [false, true] {
                for text in Self.texts {
                    let socket = try await WebSocketClient.connect(port: daemon.port, path: Self.target)
                    if isJoined { try await socket.send(text: "40") }
                    // It may be closed already.
                    try? await socket.send(text: text)
                    if !isJoined { try? await socket.send(text: "40") }
                    try? await socket.send(text: #"420["keys"]"#)
                    await untilAnsweredOrClosed(socket)
                    try? await socket.disconnect()
                }
            }
            try await stillServes(other, daemon)
        }
    }

    @Test func `bytes that are no frames end the connection and another client goes on`() async throws {
        try await RunningDaemon.with { daemon in
            let other = try await daemon.client()
            var generator = SeededGenerator(seed: 7)
            let crafted: [[UInt8]] = [
                [0x81, 0x05, 0x68, 0x65, 0x6c, 0x6c, 0x6f],
                [0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0],
                [0xf1, 0x80, 0, 0, 0, 0], [0x83, 0x80, 0, 0, 0, 0], [0x80, 0x80, 0, 0, 0, 0],
                [0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe],
                [0x09, 0x80, 0, 0, 0, 0],
                [0x88, 0x81, 0, 0, 0, 0, 1],
                [0x82, 0xff, 0, 0, 0, 0, 0, 0x1e, 0x84, 0x80] + [UInt8](repeating: 0, count: 2_000_004),
            ]
            for bytes in crafted {
                let socket = try await WebSocketClient.connect(port: daemon.port, path: Self.target)
                try? await socket.send(raw: bytes)
                await untilAnsweredOrClosed(socket)
                try? await socket.disconnect()
            }
            for _ in 0..<50 {
                let socket = try await WebSocketClient.connect(port: daemon.port, path: Self.target)
                // They may be the beginning of a frame: nothing has to come of them.
                try? await socket.send(raw: (0..<64).map { _ in UInt8.random(in: 0...255, using: &generator) })
                try? await socket.disconnect()
            }
            for request in ["\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\u{0}\u{1}\u{16}\u{3}\u{1}"] {
                let probe = try await HTTPProbe.connect(port: daemon.port)
                try await probe.send(request)
                try? await probe.channel.close()
            }
            try await stillServes(other, daemon)
        }
    }
}
