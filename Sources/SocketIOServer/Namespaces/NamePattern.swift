/// A pattern for names: each `*` stands for any characters, none included; the rest stands for itself, byte for byte.
///
/// Bytes, not characters: `é` in one piece and `e` with an accent behind it are two names, and a mark behind the `-` of
/// `/room-*` does not change the `-`.
struct NamePattern: Sendable, Equatable {
    private let pieces: [[UInt8]]

    init(_ pattern: String) {
        pieces = pattern.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map(Array.init)
    }

    /// Whether the whole name fits.
    func matches(_ name: String) -> Bool {
        var rest = Array(name.utf8)[...]
        guard let first = pieces.first, let last = pieces.last, pieces.count > 1 else {
            return pieces.first.map { $0[...] == rest } ?? false
        }
        guard rest.starts(with: first) else { return false }
        rest = rest.dropFirst(first.count)
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            guard let found = rest.firstRange(of: piece) else { return false }
            rest = rest[found.upperBound...]
        }
        return rest.count >= last.count && rest.suffix(last.count) == last[...]
    }
}
