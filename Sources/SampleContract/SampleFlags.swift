/// What a reader has to know before trusting a sample; written as an array of names, the member `flags`.
package struct SampleFlags: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// The collector's first: no rates yet.
    package static let first = SampleFlags(rawValue: 1)
    /// Rows were left out to keep the sample small.
    package static let truncated = SampleFlags(rawValue: 2)
    /// A source failed.
    package static let partial = SampleFlags(rawValue: 4)
    /// Details of other users' processes are hidden from this user.
    package static let noPrivilege = SampleFlags(rawValue: 8)
    /// The system's clock was set since the sample before.
    package static let clockStep = SampleFlags(rawValue: 16)
    /// Sent late, from the queue.
    package static let backfill = SampleFlags(rawValue: 32)

    private static let all: [(flag: SampleFlags, name: StaticString)] = [
        (first, "first"), (truncated, "truncated"), (partial, "partial"), (noPrivilege, "no-privilege"),
        (clockStep, "clock-step"), (backfill, "backfill"),
    ]

    /// In the order in which samples hold them.
    package var names: [StaticString] {
        Self.all.filter { contains($0.flag) }.map(\.name)
    }
}
