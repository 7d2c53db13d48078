import RESP
import TestSupport

extension FaultCase {
    /// Keys vanish, move and change their type.
    static let keyspace = [
        FaultCase(number: 14, name: "FLUSHALL ×3, SWAPDB out and back") { stage in
            try await stage.spread(5) { time in
                if time < 3 { try await stage.tell("FLUSHALL") } else { try await stage.tell("SWAPDB", 0, 1) }
            }
        },
        FaultCase(number: 15, name: "DEL RENAME COPY EXPIRE RESTORE") { stage in
            var dump: [UInt8] = []
            try await stage.spread(7) { time in
                switch time {
                case 0: try await stage.tell("DEL", .string(Stage.key(0)))
                case 1: try await stage.tell("RENAME", .string(Stage.key(1)), "sa:{h1}:moved")
                case 2: try await stage.tell("COPY", .string(Stage.key(2)), "sa:{h2}:copied")
                case 3: try await stage.tell("PEXPIRE", .string(Stage.key(3)), 20)
                case 4: dump = try await stage.tell("DUMP", .string(Stage.key(4))).bytes ?? []
                case 5: try await stage.tell("RESTORE", .string(Stage.key(4)), 0, .bytes(dump), "REPLACE")
                default: try await stage.tell("UNLINK", "sa:{h2}:copied")
                }
            }
        },
        FaultCase(number: 16, name: "a key becomes a string, and back") { stage in
            try await stage.spread(2) { time in
                try await stage.tell("SET", .string(Stage.key(time)), "no samples here")
                try await stage.pause(.milliseconds(300))
                try await stage.tell("DEL", .string(Stage.key(time)))
            }
        },
    ]
}
