package import Access

/// What the doors have to know of who is there.
package struct Viewer: Sendable {
    /// What they may see.
    package let grant: Grant
    /// When they may see nothing any more; nil where that is not settled. An answer that takes longer is cut off.
    package let ends: ContinuousClock.Instant?

    package init(_ grant: Grant, until ends: ContinuousClock.Instant? = nil) {
        self.grant = grant
        self.ends = ends
    }
}

/// Finds who somebody is by what they show: the token of a request or a handshake.
package struct Viewers: Sendable {
    private let find: @Sendable (_ token: String?) -> Viewer?

    /// - Parameter find: nil where whoever shows that may see nothing.
    package init(_ find: @escaping @Sendable (_ token: String?) -> Viewer?) { self.find = find }

    /// Whoever is let in sees everything.
    package static let everybody = Viewers { _ in Viewer(.everything) }

    package func viewer(showing token: String?) -> Viewer? { find(token) }
}
