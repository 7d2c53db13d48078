import SortedSearch

/// The names of the window's keys in their order, with their numbers, so that a reader goes on behind any of them. A
/// step costs O(log n), nearly.
///
/// They stand in pieces of at most ``mostOfPiece``: a new name moves only those of its piece.
struct SortedKeys: Sendable {
    struct Entry: Sendable {
        let name: ExactText
        let number: Int
    }

    static let mostOfPiece = 512

    /// None is empty.
    private(set) var pieces: [[Entry]] = []

    /// All of them, in order.
    var entries: some Sequence<Entry> { pieces.joined() }

    /// Puts in a name that is not there.
    mutating func insert(_ name: ExactText, _ number: Int) {
        let entry = Entry(name: name, number: number)
        guard !pieces.isEmpty else { return pieces = [[entry]] }
        let piece = max(0, self.piece(of: name))
        pieces[piece].insert(entry, at: pieces[piece].partitionPoint { name < $0.name })
        guard pieces[piece].count > Self.mostOfPiece else { return }
        let rest = Array(pieces[piece][(Self.mostOfPiece / 2)...])
        pieces[piece].removeLast(rest.count)
        pieces.insert(rest, at: piece + 1)
    }

    mutating func remove(_ name: ExactText) {
        let piece = piece(of: name)
        guard piece >= 0 else { return }
        let index = pieces[piece].partitionPoint { name <= $0.name }
        guard index < pieces[piece].count, pieces[piece][index].name == name else { return }
        pieces[piece].remove(at: index)
        if pieces[piece].isEmpty {
            pieces.remove(at: piece)
        } else {
            join(piece)
        }
        join(piece - 1)
    }

    /// Visits the names behind one, or all, in order, until `visit` says that it is enough. O(log n + visited).
    func visit(after name: ExactText?, _ visit: (Entry) -> Bool) {
        var piece = name.map { max(0, self.piece(of: $0)) } ?? 0
        guard piece < pieces.count else { return }
        var index = name.map { name in pieces[piece].partitionPoint { name < $0.name } } ?? 0
        while piece < pieces.count {
            for entry in pieces[piece][index...] where !visit(entry) { return }
            (piece, index) = (piece + 1, 0)
        }
    }

    /// The piece in which a name stands or would stand; -1 before all.
    private func piece(of name: ExactText) -> Int { pieces.partitionPoint { name < $0[0].name } - 1 }

    /// Makes one of a piece and the next where both are small: who deletes most keys leaves no crumbs.
    private mutating func join(_ piece: Int) {
        guard piece >= 0, piece + 1 < pieces.count,
            pieces[piece].count + pieces[piece + 1].count <= Self.mostOfPiece / 2
        else { return }
        pieces[piece] += pieces.remove(at: piece + 1)
    }
}
