/// The most that may wait for one Redis; past either bound the oldest samples go.
package struct WaitingLimits: Sendable, Equatable {
    package var bytes: Int
    package var ageMs: Int64

    package init(bytes: Int = 64 << 20, ageMs: Int64 = 600_000) {
        self.bytes = bytes
        self.ageMs = ageMs
    }
}
