/// What a reader has to know before it trusts a sample. Written as the member `flags`, an array of names.
package struct SampleFlags: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// The first sample of the collector, which has no rates yet.
    package static let first = SampleFlags(rawValue: 1)
    /// Rows were left out to keep the sample small.
    package static let truncated = SampleFlags(rawValue: 2)
    /// A source failed.
    package static let partial = SampleFlags(rawValue: 4)
    /// Details of other users' processes are hidden from this user.
    package static let noPrivilege = SampleFlags(rawValue: 8)
    /// The system's clock was set since the last sample.
    package static let clockStep = SampleFlags(rawValue: 16)
    /// Sent late, from the queue.
    package static let backfill = SampleFlags(rawValue: 32)

    private static let all: [(flag: SampleFlags, name: StaticString)] = [
        (first, "first"), (truncated, "truncated"), (partial, "partial"), (noPrivilege, "no-privilege"),
        (clockStep, "clock-step"), (backfill, "backfill"),
    ]

    /// In the order of samples.
    package var names: [StaticString] {
        Self.all.filter { contains($0.flag) }.map(\.name)
    }
}
