/// The keys that have to be looked at, each once, however often it was marked: urgent ones, for which an event came,
/// and those that are looked at by the clock. Hosts with many keys
/// do not make the others wait.
struct DirtyKeys {
    private struct Mark {
        var need: KeyNeed
        var isUrgent: Bool
    }

    private var marks: [String: Mark] = [:]
    private var urgent = FairQueue()
    /// May hold keys that became urgent or were taken since: the marks decide.
    private var background = FairQueue()
    private var backgroundMarks = 0

    var urgentCount: Int { urgent.count }
    var hasBackground: Bool { backgroundMarks > 0 }

    mutating func mark(_ key: String, _ need: KeyNeed, isUrgent: Bool) {
        guard var mark = marks[key] else {
            marks[key] = Mark(need: need, isUrgent: isUrgent)
            if isUrgent {
                urgent.append(key)
            } else {
                background.append(key)
                backgroundMarks += 1
            }
            return
        }
        mark.need = max(mark.need, need)
        if isUrgent, !mark.isUrgent {
            mark.isUrgent = true
            urgent.append(key)
            backgroundMarks -= 1
        }
        marks[key] = mark
    }

    mutating func takeUrgent() -> (key: String, need: KeyNeed)? {
        guard let key = urgent.popFirst(), let mark = marks.removeValue(forKey: key) else { return nil }
        return (key, mark.need)
    }

    mutating func takeBackground() -> (key: String, need: KeyNeed)? {
        while let key = background.popFirst() {
            guard let mark = marks[key], !mark.isUrgent else { continue }
            marks[key] = nil
            backgroundMarks -= 1
            return (key, mark.need)
        }
        return nil
    }
}
