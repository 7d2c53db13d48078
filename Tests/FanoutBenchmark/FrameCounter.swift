/// Finds the frames in what one client receives, however it is cut, and the time in each event.
struct FrameCounter {
    enum Found {
        /// Of a compressed one nobody knows when it was sent.
        case event(sentAt: UInt64?)
        case ping
        case other
    }

    /// Bytes of the current frame's payload that are not looked at.
    private var skip = 0
    /// The beginning of a frame that is not here whole.
    private var head: [UInt8] = []

    /// What is looked at: the frame's header, and an event up to the end of its time.
    private static let longest = 4 + BenchEvent.timeOffset + BenchEvent.timeDigits

    mutating func receive(_ bytes: UnsafeRawBufferPointer, _ found: (Found) -> Void) {
        var index = 0
        while index < bytes.count {
            if skip > 0 {
                let step = min(skip, bytes.count - index)
                skip -= step
                index += step
            } else if head.isEmpty, let taken = take(UnsafeRawBufferPointer(rebasing: bytes[index...]), found) {
                index += taken
            } else {
                head.append(bytes[index])
                index += 1
                let whole = head
                if whole.withUnsafeBytes({ take($0, found) }) != nil { head.removeAll(keepingCapacity: true) }
            }
        }
    }

    /// Takes the beginning of a frame; nil where more of it is needed.
    private mutating func take(_ bytes: UnsafeRawBufferPointer, _ found: (Found) -> Void) -> Int? {
        guard bytes.count >= 2 else { return nil }
        let isLong = bytes[1] == 126
        let header = isLong ? 4 : 2
        guard bytes.count >= header else { return nil }
        let length = isLong ? Int(bytes[2]) << 8 | Int(bytes[3]) : Int(bytes[1])
        let isCompressed = bytes[0] & 0x40 != 0
        let looked = isCompressed ? header : min(header + length, Self.longest)
        guard bytes.count >= looked else { return nil }
        skip = header + length - looked
        if isCompressed {
            found(.event(sentAt: nil))
        } else if length > BenchEvent.argumentBytes {
            let digits = bytes[(header + BenchEvent.timeOffset)..<looked]
            found(.event(sentAt: digits.reduce(0) { $0 &* 10 &+ UInt64($1 &- 0x30) }))
        } else {
            found(length == 1 && bytes[header] == UInt8(ascii: "2") ? .ping : .other)
        }
        return looked
    }
}
