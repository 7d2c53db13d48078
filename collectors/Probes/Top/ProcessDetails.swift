/// What only the rows of a sample need of a process.
package struct ProcessDetails: Sendable, Equatable {
    package var user: String?
    /// More exact than `stat` has it on kernels that count by CPU.
    package var residentKiB: UInt64?
    package var sharedKiB: UInt64?
    package var unit: String?
    /// Redacted and cut; nil for kernel threads and where command lines are not sent.
    package var command: [UInt8]?

    package init(
        user: String? = nil, residentKiB: UInt64? = nil, sharedKiB: UInt64? = nil, unit: String? = nil,
        command: [UInt8]? = nil
    ) {
        self.user = user
        self.residentKiB = residentKiB
        self.sharedKiB = sharedKiB
        self.unit = unit
        self.command = command
    }
}
