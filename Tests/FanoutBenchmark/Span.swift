/// What a writer did.
struct Span {
    let events: Int
    /// CPU time of the writer's process from the first event to the end of the last.
    let microseconds: Double

    var line: String { "done \(events) \(microseconds)" }

    init(events: Int, microseconds: Double) {
        self.events = events
        self.microseconds = microseconds
    }

    init?(_ line: String) {
        let words = line.split(separator: " ")
        guard words.count == 3, words[0] == "done", let events = Int(words[1]), let used = Double(words[2]) else {
            return nil
        }
        self.init(events: events, microseconds: used)
    }
}
