/// What a service tells its manager; the words are those of `sd_notify(3)`.
enum ServiceNotice: Equatable, Sendable {
    /// The start, or a reload, is over; with a line for people, which else stays as it was.
    case ready(String?)
    /// A reload begins; the time is CLOCK_MONOTONIC's.
    case reloading(at: Duration)
    /// The end has begun, and takes so long at most.
    case stopping(within: Duration)
    /// The event loop still runs.
    case watchdog

    /// The datagram: assignments, a line each.
    var text: String {
        switch self {
        case .ready(let status): "READY=1" + (status.map { "\nSTATUS=\(Self.line($0))" } ?? "")
        case .reloading(let time): "RELOADING=1\nMONOTONIC_USEC=\(Int64(time / .microseconds(1)))"
        case .stopping(let limit):
            "STOPPING=1\nSTATUS=ending\nEXTEND_TIMEOUT_USEC=\(Int64(limit / .microseconds(1)))"
        case .watchdog: "WATCHDOG=1"
        }
    }

    /// A line break would begin another assignment.
    private static func line(_ text: String) -> String {
        String(text.map { $0.isNewline ? " " : $0 })
    }
}

/// What the environment of a process says about its service manager.
struct ServiceEnvironment: Equatable {
    /// The path of the manager's socket, or a name in the abstract namespace behind `@`.
    private(set) var socket: String?
    /// How often the manager wants a sign of life; nil if never.
    private(set) var watchdog: Duration?
    /// How often to give one: twice as often, but not so often that nothing else would be done.
    var beat: Duration? { watchdog.map { max($0 / 2, .milliseconds(10)) } }

    /// - Parameter process: the id of this process. Variables may have been made for another one, which started this.
    init(_ variables: [String: String], process: Int32) {
        guard let path = variables["NOTIFY_SOCKET"], let first = path.first, first == "/" || first == "@",
            path.utf8.count > 1
        else { return }
        socket = path
        let isOurs = variables["WATCHDOG_PID"].map { Int32($0) == process } ?? true
        if isOurs, let limit = variables["WATCHDOG_USEC"].flatMap({ Int64($0) }), limit > 0 {
            watchdog = .microseconds(limit)
        }
    }
}
