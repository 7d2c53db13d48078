package import RESP

/// What became of one sample that was sent.
package enum PushOutcome: Sendable, Equatable {
    case stored
    /// The key is of another type: sending again is of no use.
    case refused(RESPServerError)
    /// Not now: the server is loading, full, read-only, or does not allow it.
    case tryAgain(RESPServerError)

    init(_ error: RESPServerError) {
        self = error.code == "WRONGTYPE" ? .refused(error) : .tryAgain(error)
    }
}
