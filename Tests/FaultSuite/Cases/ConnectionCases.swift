import RESP
import TestSupport

extension FaultCase {
    /// The server ends connections, or stops telling.
    static let connections = [
        FaultCase(number: 6, name: "CLIENT KILL TYPE pubsub ×10") { stage in
            try await stage.spread(10) { _ in try await stage.tell("CLIENT", "KILL", "TYPE", "pubsub") }
        },
        FaultCase(number: 6, letter: "r", name: "CLIENT KILL TYPE replica ×10", modes: [.replication]) { stage in
            try await stage.spread(10) { _ in try await stage.tell("CLIENT", "KILL", "TYPE", "replica") }
        },
        FaultCase(number: 7, name: "CLIENT KILL TYPE normal ×10") { stage in
            try await stage.spread(10) { _ in
                try await stage.tell("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
            }
        },
        FaultCase(number: 19, name: "notifications switched off ×2", modes: [.notifications]) { stage in
            try await stage.spread(2) { _ in try await stage.tell("CONFIG", "SET", "notify-keyspace-events", "") }
        },
    ]
}
