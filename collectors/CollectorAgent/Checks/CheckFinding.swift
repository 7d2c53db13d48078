/// One line of `collector check`.
package struct CheckFinding: Sendable, Equatable {
    package enum Verdict: String, Sendable {
        /// Readable or writable.
        case fine = "ok"
        /// This kernel does not have it: the fields are null.
        case missing
        /// There, but kept from this user: the fields are null and samples say `no-privilege`.
        case denied
        case failed
    }

    package var source: String
    package var verdict: Verdict
    /// What was seen, and what to do where something is wrong.
    package var detail: String

    package init(_ source: String, _ verdict: Verdict, _ detail: String) {
        self.source = source
        self.verdict = verdict
        self.detail = detail
    }
}
