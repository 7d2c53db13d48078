import NIOCore

/// What the gate knows about the client, and how much of its unfinished input it holds.
extension GateHandler: InputHolder {
    /// Who sent the current request; the peer if there is no request.
    private var client: String? { outer.map(\.address) ?? peer.text }

    /// The current request as its client sent it; nil if there is none.
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

    /// The server holds too much unfinished input, and this connection has to give up its own.
    func dropInput() {
        guard let context else { return }
        cut(context)
    }

    /// Until a header is complete, nobody knows which client of a proxy sends it. So it counts for the proxy.
    func hold(_ bytes: Int) { core.hold(bytes, self, from: client.flatMap { IPAddress($0) }) }

    func headerGrew(to bytes: Int) {
        guard let context else { return }
        hold(bytes)
        guard case .idle = state else { return }
        requestDeadline.headerBegan(now: core.now)
        schedule(context)
    }
}
