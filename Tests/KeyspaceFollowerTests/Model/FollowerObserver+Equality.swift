import RESP
import StreamAssembly

@testable import KeyspaceFollower

extension FollowerObserver {
    /// Waits until the follower believes, the client holds and the window has what the sets have; gives what still
    /// differs when it has had time enough, though nothing is written any more.
    ///
    /// - Parameter letGo: what the keys have lost at their bottom before, as a client does that lets it go by age.
    func untilEqual(
        _ writer: inout Writer, trimmed: Set<String>, letGo: inout [String: Set<RowID>]
    ) async throws -> [String] {
        let keys = RandomCommands.keys
        let goneBefore = goneKeys.count
        var ticksLeft = 500
        while true {
            let reading = PlainReading(keys, try await writer.write(PlainReading.commands(keys)))
            var differences = reading.differences(fromBelief: await belief)
            // Whatever led to that belief was told before it was asked for.
            try await catchUp()
            differences += reading.differences(fromHeld: held, trimmed: trimmed)
            for key in goneKeys[goneBefore...] { letGo[key] = nil }
            differences += reading.differences(fromWindow: await window, held: held, letGo: letGo)
            if differences.isEmpty || ticksLeft == 0 {
                forget { key, id in
                    guard let set = reading.sets[key], set[held[key]?[id] ?? ""] == nil else { return false }
                    letGo[key, default: []].insert(id)
                    return true
                }
                return Array(differences.prefix(20))
            }
            ticksLeft -= 1
            try await untilTick()
        }
    }
}
