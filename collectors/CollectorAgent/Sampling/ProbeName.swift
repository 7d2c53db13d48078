/// The probes this collector has.
package enum ProbeName: String, CaseIterable, Sendable {
    case top
    case netstat
}
