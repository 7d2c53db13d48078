/// What only the rows of a sample need of a process.
package struct ProcessDetails: Sendable, Equatable {
    package var user: String?
    package var sharedKiB: UInt64?
    package var unit: String?
    /// Redacted and cut; nil for kernel threads and where command lines are not sent.
    package var command: [UInt8]?

    package init(user: String? = nil, sharedKiB: UInt64? = nil, unit: String? = nil, command: [UInt8]? = nil) {
        self.user = user
        self.sharedKiB = sharedKiB
        self.unit = unit
        self.command = command
    }
}
