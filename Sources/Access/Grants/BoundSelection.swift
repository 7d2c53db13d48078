package import StreamAssembly

/// A selection of which everything may be seen by who made it. Only ``Grant/bound(_:)`` makes one, and what reads the
/// window for somebody takes nothing else: so no door can forget to ask.
package struct BoundSelection: Sendable, Hashable {
    package let selection: Selection

    init(_ selection: Selection) { self.selection = selection }

    /// The same, which remembers in `table` what it has compared.
    package func remembering(in table: MatchTable) -> BoundSelection {
        BoundSelection(selection.remembering(in: table))
    }
}
