import RESP
import TestSupport

/// What a fault can lay its hands on.
struct Stage: Sendable {
    let redis: RedisServerProcess
    let daemon: DaemonProcess
    let hand: RedisHand
    let mode: FollowMode
    let scale: Scale
    let progress: Progress

    /// The key of one of the hosts.
    static func key(_ host: Int) -> String { "sa:{h\(host)}:top" }

    /// Returns when so much of the samples is written.
    func written(_ share: Double) async throws {
        while Double(progress.acknowledged) < share * Double(progress.planned) { try await pause(.milliseconds(2)) }
    }

    func pause(_ time: Duration) async throws {
        try await Task.sleep(for: time)
    }

    @discardableResult
    func ask(_ name: String, _ arguments: RESPArgument...) async throws -> RESPValue {
        try await hand.ask([RESPCommand(name, arguments)]).first ?? .null
    }

    /// As ``ask(_:_:)``, for what has to succeed.
    @discardableResult
    func tell(_ name: String, _ arguments: RESPArgument...) async throws -> RESPValue {
        let answer = try await hand.ask([RESPCommand(name, arguments)]).first ?? .null
        if let error = answer.error { throw error }
        return answer
    }

    /// Does it that many times, evenly over the time of writing.
    func spread(_ times: Int, _ body: (Int) async throws -> Void) async throws {
        for time in 0..<times {
            try await written(Double(time + 1) / Double(times + 1))
            try await body(time)
        }
    }
}
