import RESP
import StreamAssembly

@testable import KeyspaceFollower

extension FollowerObserver {
    /// Waits until the follower believes, the client holds and the window has what the sets have; gives what still
    /// differs when it has had time enough, though nothing is written any more.
    func untilEqual(
        _ writer: inout Writer, trimmed: Set<String>, comparesWindow: Bool
    ) async throws -> [String] {
        let keys = RandomCommands.keys
        var ticksLeft = 500
        while true {
            let reading = PlainReading(keys, try await writer.write(PlainReading.commands(keys)))
            var differences = reading.differences(fromBelief: await belief)
            // Whatever led to that belief was told before it was asked for.
            try await catchUp()
            differences += reading.differences(fromHeld: held, trimmed: trimmed)
            if comparesWindow {
                differences += reading.differences(fromWindow: await windowLessForgotten, trimmed: trimmed)
            }
            if differences.isEmpty || ticksLeft == 0 {
                forget { key, id in reading.sets[key].map { $0[held[key]?[id] ?? ""] == nil } ?? false }
                forget(await window.filter(reading.hasLost))
                return Array(differences.prefix(20))
            }
            ticksLeft -= 1
            try await untilTick()
        }
    }
}
