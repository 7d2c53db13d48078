/// What a reader has to know before trusting a sample; written as an array of names.
package struct SampleFlags: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// The collector's first: no rates yet.
    package static let first = SampleFlags(rawValue: 1)
    /// Sent late, from the queue.
    package static let backfill = SampleFlags(rawValue: 2)
    /// Rows were left out to keep the sample small.
    package static let truncated = SampleFlags(rawValue: 4)
    /// A source failed.
    package static let partial = SampleFlags(rawValue: 8)
    /// Details of other users' processes are hidden from this user.
    package static let noPrivilege = SampleFlags(rawValue: 16)

    var names: [StaticString] {
        var names: [StaticString] = []
        if contains(.first) { names.append("first") }
        if contains(.backfill) { names.append("backfill") }
        if contains(.truncated) { names.append("truncated") }
        if contains(.partial) { names.append("partial") }
        if contains(.noPrivilege) { names.append("no-privilege") }
        return names
    }
}
