import Daemon
import SocketIOServer
import TestSupport
import Testing

/// Guessing tokens slows the guesser down, not everybody who comes through the same trusted proxy.
@Suite(.timeLimit(.minutes(1))) struct ForwardedTokenTests {
    private static let token = "correct-horse-battery"
    private static let guesser = "198.51.100.1"
    private static let honest = "203.0.113.9"

    enum Door: CaseIterable {
        case http, socketIO

        /// Whether the token was taken, refused, or not even looked at.
        func show(_ token: String, as client: String, _ port: Int) async throws -> Answer {
            switch self {
            case .http:
                let answer = try await HTTPProbe.get(
                    "/api/v1/keys", port: port,
                    headers: ["X-Forwarded-For: \(client)", "Authorization: Bearer \(token)"])
                switch answer.split(separator: " ").dropFirst().first {
                case "200": return .open
                case "401": return .wrong
                default: return answer.hasPrefix("HTTP/1.1 429 ") ? .later : .other(answer)
                }
            case .socketIO:
                do {
                    let client = try await SocketIOTestClient.connect(
                        port: port, auth: #"{"token":"\#(token)"}"#, headers: [("X-Forwarded-For", client)])
                    try await client.disconnect()
                    return .open
                } catch let refused as SocketIOTestClient.ConnectRefused {
                    return refused.payload.contains(#""code":"busy""#) ? .later : .wrong
                }
            }
        }
    }

    enum Answer: Equatable { case open, wrong, later, other(String) }

    @Test(arguments: Door.allCases, Door.allCases)
    func `behind a trusted proxy wrong tokens slow the guesser down alone, at either door`(
        _ guessed: Door, _ shown: Door
    ) async throws {
        let proxies = try #require(TrustedProxies(["127.0.0.1"]))
        let behindProxy: (inout DaemonConfiguration) -> Void = {
            $0.token = Self.token
            $0.trustedProxies = proxies
        }
        try await RunningDaemon.with(adjust: behindProxy) { daemon in
            // Each new one makes it wait longer, up to 30 s: a slow machine gets there too.
            var answer = Answer.wrong
            for number in 0..<40 where answer == .wrong {
                answer = try await guessed.show("wrong-\(number)", as: Self.guesser, daemon.port)
            }
            #expect(answer == .later)
            #expect(try await shown.show("wrong", as: Self.honest, daemon.port) == .wrong)
            #expect(try await shown.show(Self.token, as: Self.honest, daemon.port) == .open)
            // Whoever says to be another client in front of the proxy's own word stays the same.
            let forged = "203.0.113.9, \(Self.guesser)"
            answer = .wrong
            for number in 40..<50 where answer == .wrong {
                answer = try await shown.show("wrong-\(number)", as: forged, daemon.port)
            }
            #expect(answer == .later)
        }
    }
}
