internal import StreamAssembly

/// The keys that have to be looked at, each once, however often it was marked: urgent ones, for which an event came,
/// and those that are looked at by the clock. Hosts with many keys do not make the others wait.
///
/// A key that is added to faster than it is read may be laid to rest for a moment, so that one read serves many events.
/// The others need not wait for it. What is more than an addition is not held: whoever moves a key and then writes to
/// another sees both in that order.
struct DirtyKeys {
    private struct Mark {
        var need: KeyNeed
        var isUrgent: Bool
        /// Events of additions since the last look.
        var additions = 0
    }

    private var marks: [String: Mark] = [:]
    private var urgent = FairQueue()
    /// May hold keys that became urgent or were taken since: the marks decide.
    private var background = FairQueue()
    private var backgroundMarks = 0
    private var resting: Set<String> = []
    /// Those of them for which an event came meanwhile.
    private var held: [String] = []

    /// Without those that rest.
    var urgentCount: Int { urgent.count }
    /// Whether an event came for a key that rests.
    var isAnyHeld: Bool { !held.isEmpty }
    var hasBackground: Bool { backgroundMarks > 0 }

    mutating func mark(_ key: String, _ need: KeyNeed, isUrgent: Bool) {
        guard var mark = marks[key] else {
            marks[key] = Mark(need: need, isUrgent: isUrgent, additions: isUrgent && need == .probe ? 1 : 0)
            if isUrgent {
                queue(key, need)
            } else {
                background.append(key)
                backgroundMarks += 1
            }
            return
        }
        let isHeld = mark.isUrgent && mark.need < .full && resting.contains(key)
        mark.need = max(mark.need, need)
        if isUrgent, need == .probe { mark.additions += 1 }
        if isUrgent, !mark.isUrgent {
            mark.isUrgent = true
            queue(key, mark.need)
            backgroundMarks -= 1
        } else if isHeld, mark.need == .full {
            held.removeAll { $0 == key }
            urgent.append(key)
        }
        marks[key] = mark
    }

    private mutating func queue(_ key: String, _ need: KeyNeed) {
        if need < .full, resting.contains(key) { held.append(key) } else { urgent.append(key) }
    }

    /// - Returns: with how many events of additions have come for the key since it was taken last.
    mutating func takeUrgent() -> (key: String, need: KeyNeed, additions: Int)? {
        guard let key = urgent.popFirst(), let mark = take(key) else { return nil }
        return (key, mark.need, mark.additions)
    }

    /// Events for these keys are held until ``wake()``, those that came since the last look too.
    mutating func rest(_ keys: [String]) {
        if keys.isEmpty { return }
        resting.formUnion(keys)
        var others = FairQueue()
        while let key = urgent.popFirst() {
            let need = marks[key]?.need ?? .probe
            if need < .full, resting.contains(key) { held.append(key) } else { others.append(key) }
        }
        urgent = others
    }

    /// No key rests any more.
    mutating func wake() {
        if resting.isEmpty { return }
        for key in held { urgent.append(key) }
        (resting, held) = ([], [])
    }

    private mutating func take(_ key: String) -> Mark? {
        defer { marks.letRoomGo() }
        return marks.removeValue(forKey: key)
    }

    mutating func takeBackground() -> (key: String, need: KeyNeed)? {
        while let key = background.popFirst() {
            guard marks[key]?.isUrgent == false, let mark = take(key) else { continue }
            backgroundMarks -= 1
            return (key, mark.need)
        }
        return nil
    }
}
