/// A sample as it goes to Redis.
package struct EncodedSample: Sendable, Equatable {
    package var probe: String
    package var epochMs: Int64
    package private(set) var bytes: [UInt8]

    package init(probe: String, epochMs: Int64, bytes: [UInt8]) {
        self.probe = probe
        self.epochMs = epochMs
        self.bytes = bytes
    }

    /// Adds the flag `backfill`; bytes that do not end as a trailer does are left alone.
    package mutating func markBackfill() {
        guard bytes.suffix(2).elementsEqual("]}".utf8) else { return }
        let isEmpty = bytes.dropLast(2).last == UInt8(ascii: "[")
        bytes.removeLast(2)
        bytes.append(contentsOf: (isEmpty ? "\"backfill\"]}" : ",\"backfill\"]}").utf8)
    }
}
