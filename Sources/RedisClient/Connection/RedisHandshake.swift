internal import RESP

/// The first commands of a connection, sent in one write: AUTH → CLIENT SETNAME → SELECT → PING.
///
/// The PING shows at once whether the server is loading, or wants credentials that were not given.
struct RedisHandshake {
    enum Step: Equatable {
        case authenticate, setName, selectDatabase, ping
    }

    enum Outcome: Equatable {
        case awaitingMore
        case done
        case failed(RedisError)
    }

    let commands: [RESPCommand]
    private let steps: [Step]
    private var answered = 0
    /// Every command has its reply.
    var isAnswered: Bool { answered == steps.count }
    private var failure: RedisError?
    /// The last error reply.
    private var lastRefusal: RESPServerError?

    init(endpoint: RedisEndpoint, clientName: String?) {
        var steps: [(Step, RESPCommand)] = []
        if let password = endpoint.password {
            let words = [endpoint.username, password.revealed].compactMap(\.self)
            steps.append((.authenticate, RESPCommand("AUTH", words.map(RESPArgument.string))))
        }
        if let clientName {
            steps.append((.setName, RESPCommand("CLIENT", "SETNAME", .string(clientName))))
        }
        if endpoint.database != 0 {
            steps.append((.selectDatabase, RESPCommand("SELECT", .integer(endpoint.database))))
        }
        steps.append((.ping, .ping))
        self.steps = steps.map(\.0)
        commands = steps.map(\.1)
    }

    /// Takes the replies in order. The first that matters decides, but only once all have come, so that the close that
    /// follows loses nothing.
    mutating func replyReceived(_ reply: RESPValue) -> Outcome {
        if let error = reply.error { lastRefusal = error }
        if failure == nil, let error = reply.error {
            failure = Self.failure(of: steps[answered], error)
        }
        answered += 1
        guard isAnswered else { return .awaitingMore }
        return failure.map(Outcome.failed) ?? .done
    }

    /// Why Redis hung up before the handshake was done.
    var hangUpReason: RedisError {
        if let lastRefusal { return RedisError(lastRefusal) }
        return answered == 0 ? RedisError(.closed, RedisError.hungUpAtOnce) : .hungUp
    }

    private static func failure(of step: Step, _ error: RESPServerError) -> RedisError? {
        switch step {
        case .authenticate where error.code != "LOADING":
            // Servers before 6.0 answer a wrong password with a plain ERR.
            RedisError(.authentication, "AUTH: \(error)", underlying: error)
        case .authenticate:
            RedisError(error, to: "AUTH")
        case .selectDatabase where error.code == "ERR":
            RedisError(.wrongDatabase, "SELECT: \(error)", underlying: error)
        case .selectDatabase:
            RedisError(error, to: "SELECT")
        case .ping where error.code == "NOPERM":
            // A user without the right to PING can still work, and the server has answered.
            nil
        case .ping:
            RedisError(error)
        case .setName:
            nil
        }
    }
}

extension RESPCommand {
    static let ping = RESPCommand("PING")
}
