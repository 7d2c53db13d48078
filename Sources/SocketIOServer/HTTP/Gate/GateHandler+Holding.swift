import NIOCore

/// What the gate knows of the client, and what it holds of it that is not whole.
extension GateHandler: InputHolder {
    /// Who sent the request that is at work; the peer where there is none.
    private var client: String? { outer.map(\.address) ?? peer.text }

    /// The request that is at work as its client sent it; nil where there is none.
    private var outer: OuterRequest? {
        switch state {
        case .reading(let request), .parked(let request, _), .posting(let request, _): request.way.outer
        case .idle, .passing, .wall, .closing: nil
        }
    }

    /// Counts and, rarely, logs what the client of this connection did wrong.
    func violated(_ kind: Violation, _ detail: @autoclosure () -> String = "") {
        core.violated(kind, detail(), address: client)
    }

    /// The server holds too much of it: this connection's goes.
    func dropInput() {
        guard let context else { return }
        cut(context)
    }

    /// Before a header is whole nobody knows who sends it through a proxy: the proxy answers for that.
    func hold(_ bytes: Int) { core.hold(bytes, self, from: client.flatMap { IPAddress($0) }) }

    func headerGrew(to bytes: Int) {
        guard let context else { return }
        hold(bytes)
        guard case .idle = state else { return }
        requestDeadline.headerBegan(now: core.now)
        schedule(context)
    }
}
