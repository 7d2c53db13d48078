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

    /// Whether the whole `text` fits. No pattern takes more than a few steps for each byte of itself and the text.
    public func matches(_ text: String) -> Bool {
        var work = 0
        return matches(text, work: &work)
    }

    /// Whether one comparison can take far more than usual: a long piece between stars may have to be looked for.
    var isDear: Bool {
        let pieces = bytes.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
        return pieces.dropFirst().dropLast().contains { $0.count > GlobMatch.shortPiece }
    }

    /// - Parameter work: grows by the steps that were made, of about a nanosecond each.
    func matches(_ text: String, work: inout Int) -> Bool {
        var text = text
        return bytes.withUnsafeBufferPointer { pattern in
            text.withUTF8 { text in
                var match = GlobMatch(pattern, text)
                defer { work += match.work }
                return match.decide()
            }
        }
    }
}
