import SampleContract

/// What the `top` probe sends.
package struct TopOptions: Sendable {
    /// Rows of each ranking; nil for every process.
    package var processes: Int?
    /// Processes that always get a row.
    package var pinned: ProcessPattern?
    package var sendsCommands: Bool
    /// What is hidden in command lines besides what looks like a secret.
    package var redacted: [RedactionPattern]

    package init(
        processes: Int? = 40, pinned: ProcessPattern? = nil, sendsCommands: Bool = true,
        redacted: [RedactionPattern] = []
    ) {
        self.processes = processes
        self.pinned = pinned
        self.sendsCommands = sendsCommands
        self.redacted = redacted
    }

    /// 10 KB with the defaults; a member of the sorted set may have 1 MiB.
    var maxBytes: Int {
        guard let processes else { return SampleLimits.collectedBytes }
        return min(SampleLimits.collectedBytes, 10_000 + max(0, processes - 40) * 220)
    }
}
