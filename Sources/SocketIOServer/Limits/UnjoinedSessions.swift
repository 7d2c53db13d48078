/// Sessions whose clients have not joined a namespace yet. If no place is free, they lose theirs.
///
/// An honest client joins with its first packet. So strangers that open sessions and then stay silent keep nobody out,
/// from however many addresses: the oldest such session of the address that has most of them is ended.
struct UnjoinedSessions<Session: AnyObject> {
    private var places: HeldPlaces
    private var sessions: [ObjectIdentifier: Session] = [:]

    init(exempt: [AddressRange]) { places = HeldPlaces(exempt: exempt) }

    var addresses: Int { places.addresses }

    mutating func enter(_ session: Session, from address: IPAddress?) {
        sessions[ObjectIdentifier(session)] = session
        places.enter(ObjectIdentifier(session), from: address)
    }

    /// The session has joined a namespace, or has ended.
    mutating func leave(_ session: Session) {
        guard sessions.removeValue(forKey: ObjectIdentifier(session)) != nil else { return }
        places.leave(ObjectIdentifier(session))
    }

    /// The session that loses its place to somebody at that address.
    func place(for address: IPAddress?) -> Session? { places.place(for: address).flatMap { sessions[$0] } }

    /// Whether exactly these have not joined. For checks.
    func are(_ open: [Session]) -> Bool {
        places.areHeld(by: open.map { ObjectIdentifier($0) }) && sessions.count == open.count
    }
}
