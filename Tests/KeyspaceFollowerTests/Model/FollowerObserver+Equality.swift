import RESP
import StreamAssembly

@testable import KeyspaceFollower

extension FollowerObserver {
    /// Waits until the follower believes, the client holds and the window has what the sets have; gives what still
    /// differs when it has had time enough, though nothing is written any more.
    ///
    /// - Parameter trimmed: the keys whose bottom may have been lost before their lowest members came.
    func untilEqual(_ writer: inout Writer, trimmed: Set<String>) async throws -> [String] {
        let keys = RandomCommands.keys
        var ticksLeft = 500
        while true {
            let reading = PlainReading(keys, try await writer.write(PlainReading.commands(keys)), perKey: perKey)
            var differences = reading.differences(fromBelief: await belief)
            // Whatever led to that belief was told before it was asked for.
            try await catchUp()
            differences += reading.differences(fromHeld: held, trimmed: trimmed)
            differences += reading.differences(fromWindow: await window)
            if differences.isEmpty || ticksLeft == 0 {
                forget { key, id in
                    reading.sets[key].map { $0[held[key]?[id] ?? ""] == nil } ?? false
                }
                return Array(differences.prefix(20))
            }
            ticksLeft -= 1
            try await untilTick()
        }
    }

    /// Waits until the window holds what a fresh one would; the time limit of the test is the only other end.
    func untilWindowIsFresh(_ keys: [String], _ writer: inout Writer) async throws {
        while true {
            let reading = PlainReading(keys, try await writer.write(PlainReading.commands(keys)), perKey: perKey)
            if reading.differences(fromWindow: await window).isEmpty { return }
            try await untilTick()
        }
    }
}
