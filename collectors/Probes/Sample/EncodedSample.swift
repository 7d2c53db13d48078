/// A sample as it goes to Redis.
///
/// `flags` is the last key of every sample: what is known only later is added there, without reading the rest.
package struct EncodedSample: Sendable, Equatable {
    package var probe: String
    package var epochMs: Int64
    package private(set) var bytes: [UInt8]

    package init(probe: String, epochMs: Int64, bytes: [UInt8]) {
        self.probe = probe
        self.epochMs = epochMs
        self.bytes = bytes
    }

    /// Adds a flag; bytes that do not end with `flags` are left alone.
    package mutating func add(flag: StaticString) {
        guard bytes.suffix(2).elementsEqual("]}".utf8) else { return }
        let isEmpty = bytes.dropLast(2).last == UInt8(ascii: "[")
        bytes.removeLast(2)
        bytes.append(contentsOf: (isEmpty ? "\"\(flag)\"]}" : ",\"\(flag)\"]}").utf8)
    }

    /// Adds the field `lost` before `flags`; bytes that do not end with `flags` are left alone.
    package mutating func tell(lost: UInt64) { insert(field: "lost", Int64(clamping: lost)) }

    /// Adds the field `clockStepMs`, by how much the system's clock was set, as ``tell(lost:)``.
    package mutating func tell(clockStepMs: Int64) { insert(field: "clockStepMs", clockStepMs) }

    private mutating func insert(field: StaticString, _ value: Int64) {
        let opening = Array(",\"flags\":[".utf8)
        guard bytes.suffix(2).elementsEqual("]}".utf8), bytes.count > opening.count,
            let bracket = bytes.lastIndex(of: UInt8(ascii: "[")), bracket >= opening.count,
            bytes[(bracket + 1 - opening.count)...bracket].elementsEqual(opening)
        else { return }
        bytes.insert(contentsOf: ",\"\(field)\":\(value)".utf8, at: bracket + 1 - opening.count)
    }
}
