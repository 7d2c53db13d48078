package import StreamAssembly

/// What an identity may do.
package enum Role: String, Sendable, CaseIterable {
    /// Sees samples, within its bounds.
    case viewer
    /// Sees everything, and the daemon itself: its metrics, addresses, keys and sessions. It has no bounds.
    case `operator`
}

/// What an identity may do and see. Every door asks it, and nothing else.
package struct Grant: Sendable, Hashable {
    package let role: Role
    /// Nil for everything.
    package let bounds: SelectionBounds?

    /// Everything: what the shared token gives.
    package static let everything = Grant(.operator)

    package init(_ role: Role, within bounds: SelectionBounds? = nil) {
        self.role = role
        self.bounds = role == .operator ? nil : bounds
    }

    /// Whether what is told of the whole may be seen: counts, the depth of the window, states with addresses and keys.
    package var isOfEverything: Bool { bounds == nil }

    /// What of a selection may be seen; nil for nothing.
    package func bound(_ selection: Selection) -> BoundSelection? {
        guard let bounds else { return BoundSelection(selection) }
        return selection.within(bounds).map(BoundSelection.init)
    }
}
