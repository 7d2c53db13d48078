import NIOCore
import TestSupport

/// A client that polls, by hand: each request on a connection of its own.
struct PollingClient: Sendable {
    struct Answer: Sendable, Equatable {
        let status: Int
        let header: String
        let body: String

        init(_ text: String) {
            let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
            header = parts[0].lowercased()
            body = parts.count > 1 ? String(parts[1]) : ""
            status = Int(header.dropFirst(9).prefix(3)) ?? 0
        }

        /// The packets of a payload.
        var packets: [String] { body.split(separator: "\u{1e}").map(String.init) }
    }

    let port: Int
    var path = "/socket.io/"
    let sid: String
    /// The whole open packet.
    let open: String

    /// Opens a session and joins the namespace `/` unless told otherwise.
    static func connect(
        port: Int, join: Bool = true, path: String = "/socket.io/"
    ) async throws -> PollingClient {
        let answer = Answer(try await HTTPProbe.get("\(path)?EIO=4&transport=polling", port: port))
        let sid = answer.body.split(separator: "\"").dropFirst(3).first.map(String.init) ?? ""
        let client = PollingClient(port: port, path: path, sid: sid, open: answer.body)
        if join {
            _ = try await client.post("40")
            _ = try await client.poll()
        }
        return client
    }

    var target: String { "\(path)?EIO=4&transport=polling&sid=\(sid)" }

    func poll(headers: [String] = []) async throws -> Answer {
        Answer(try await HTTPProbe.get(target, port: port, headers: headers))
    }

    func post(_ body: String, headers: [String] = []) async throws -> Answer {
        Answer(try await HTTPProbe.request("POST", target, port: port, headers: headers, body: body))
    }

    /// Sends the request of a poll and does not wait for its answer.
    func beginPoll() async throws -> HTTPProbe {
        let probe = try await HTTPProbe.connect(port: port)
        try await probe.send("GET \(target) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        return probe
    }

    /// Waits until a poll that was sent before waits at the server: a POST behind it is answered then.
    func untilWaiting() async throws { _ = try await post("3") }

    func webSocket() async throws -> WebSocketClient {
        try await WebSocketClient.connect(port: port, path: "\(path)?EIO=4&transport=websocket&sid=\(sid)")
    }
}
