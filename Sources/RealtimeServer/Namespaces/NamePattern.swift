/// A pattern for names: each `*` stands for any characters, none included; the rest stands for itself.
struct NamePattern: Sendable, Equatable {
    private let pieces: [Substring]

    init(_ pattern: String) { pieces = pattern.split(separator: "*", omittingEmptySubsequences: false) }

    /// Whether the whole name fits.
    func matches(_ name: String) -> Bool {
        guard let first = pieces.first, let last = pieces.last, pieces.count > 1 else { return [name[...]] == pieces }
        guard name.hasPrefix(first) else { return false }
        var rest = name[...].dropFirst(first.count)
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            guard let found = rest.firstRange(of: piece) else { return false }
            rest = rest[found.upperBound...]
        }
        return rest.hasSuffix(last)
    }
}
