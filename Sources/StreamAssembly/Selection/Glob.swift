/// A pattern for names of hosts and probes. `*` is any text, `?` is any one character, and the rest stands for itself.
public struct Glob: Sendable, Hashable, Comparable {
    /// The most bytes of a pattern.
    public static let maxLength = 256

    /// The text of the pattern.
    public let pattern: String
    private let bytes: [UInt8]

    /// - Returns: `nil` for an empty pattern or one of more than ``maxLength`` bytes.
    public init?(_ pattern: String) {
        guard (1...Self.maxLength).contains(pattern.utf8.count) else { return nil }
        self.pattern = pattern
        bytes = Array(pattern.utf8)
    }

    /// Compares the texts of the patterns.
    public static func < (left: Glob, right: Glob) -> Bool { left.pattern < right.pattern }

    /// Whether the whole `text` fits. At worst O(pattern × text): no pattern takes exponential time.
    public func matches(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { matches($0) }
    }

    private func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var inPattern = 0
        var inText = 0
        /// Where to go on when the last star takes one more byte.
        var retry: (pattern: Int, text: Int)?
        while inText < text.count {
            if inPattern < bytes.count, bytes[inPattern] == UInt8(ascii: "*") {
                inPattern += 1
                retry = (inPattern, inText)
            } else if inPattern < bytes.count, bytes[inPattern] == UInt8(ascii: "?") {
                inPattern += 1
                inText += 1
                // One character, not one byte.
                while inText < text.count, text[inText] & 0xc0 == 0x80 { inText += 1 }
            } else if inPattern < bytes.count, bytes[inPattern] == text[inText] {
                inPattern += 1
                inText += 1
            } else if let last = retry {
                retry = (last.pattern, last.text + 1)
                (inPattern, inText) = (last.pattern, last.text + 1)
            } else {
                return false
            }
        }
        return bytes[inPattern...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
