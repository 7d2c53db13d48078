import TestSupport

/// One row of the table.
struct Outcome: Sendable {
    let label: String
    let name: String
    let mode: FollowMode
    var sent = 0
    var inSet = 0
    var received = 0
    var doubled = 0
    var missing = 0
    var extra = 0
    var resyncs = 0
    /// From the end of the fault to the first time at which the client held everything written until then.
    var recovery: Duration?
    /// Why there are no figures, or what else was wrong.
    var note = ""
    var isFailure = false
    /// For whoever looks for the reason of a failure.
    var details: [String] = []

    init(_ fault: FaultCase, _ mode: FollowMode) {
        (label, name, self.mode) = (fault.label, fault.name, mode)
    }

    static let heading = """
        | case | mode | sent | in the set | received | doubled | missing | extra | resyncs | recovery ms |
        | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
        """

    var row: String {
        let title = "\(label) \(name)" + (note.isEmpty ? "" : " (\(note))")
        let milliseconds = recovery.map { "\(Int($0 / .milliseconds(1)))" } ?? "–"
        let fields =
            [title, mode.rawValue] + [sent, inSet, received, doubled, missing, extra, resyncs].map(String.init) + [
                milliseconds
            ]
        return "| " + fields.joined(separator: " | ") + " |"
    }
}
