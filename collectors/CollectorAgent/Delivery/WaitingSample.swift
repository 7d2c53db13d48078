/// A sample as Redis gets it: what `ZADD` needs, byte for byte.
package struct WaitingSample: Sendable, Equatable {
    package var key: String
    package var epochMs: Int64
    /// Samples of the key lost before this one, as its bytes tell; they count again should this one be lost too.
    package var lost: UInt32
    package var bytes: [UInt8]

    package init(key: String, epochMs: Int64, lost: UInt32 = 0, bytes: [UInt8]) {
        self.key = key
        self.epochMs = epochMs
        self.lost = lost
        self.bytes = bytes
    }
}
