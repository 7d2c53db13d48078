import DequeModule

/// The limits of a ``RecoveryLog``.
package struct RecoveryLimits: Sendable, Equatable {
    package var duration: Duration
    package var packets: Int
    package var bytes: Int
    package var sessions: Int

    package init(duration: Duration, packets: Int, bytes: Int, sessions: Int) {
        self.duration = duration
        self.packets = packets
        self.bytes = bytes
        self.sessions = sessions
    }
}

/// What was lately sent in one namespace, and who lately left it. A client that comes back gets what it missed from
/// here.
///
/// An offset names a packet: `EPOCH.N`, where N counts from 1. A client that got packet N has missed all packets after
/// it. The log knows them as long as it still holds packet N + 1.
package struct RecoveryLog<Packet: Sendable, Data: Sendable>: Sendable {
    package typealias Instant = ContinuousClock.Instant

    /// Who should get a packet.
    package struct Audience: Sendable, Equatable {
        /// If empty: everybody.
        package var rooms: Set<String>
        package var except: Set<String>

        package init(rooms: Set<String>, except: Set<String>) {
            self.rooms = rooms
            self.except = except
        }

        func includes(_ memberOf: Set<String>) -> Bool {
            (rooms.isEmpty || !rooms.isDisjoint(with: memberOf)) && except.isDisjoint(with: memberOf)
        }
    }

    /// What a client gets back.
    package struct Session: Sendable {
        package let id: String
        /// With its own room.
        package let rooms: Set<String>
        package let data: Data

        package init(id: String, rooms: Set<String>, data: Data) {
            self.id = id
            self.rooms = rooms
            self.data = data
        }
    }

    private struct Entry {
        let packet: Packet
        let bytes: Int
        let audience: Audience
        let sent: Instant
    }

    private let limits: RecoveryLimits
    private let epoch: String
    private var entries: Deque<Entry> = []
    private var byteCount = 0
    /// The number of the first entry, or of the next packet if there is no entry.
    private var firstNumber = 1
    private var sessions: [String: (session: Session, left: Instant)] = [:]
    private var departures: Deque<(privateID: String, left: Instant)> = []

    /// - Parameter epoch: names this log, without a dot. Offsets of another log are unknown here.
    package init(limits: RecoveryLimits, epoch: String) {
        self.limits = limits
        self.epoch = epoch
    }

    package var count: Int { entries.count }
    package var bytes: Int { byteCount }
    package var sessionCount: Int { sessions.count }

    /// The offset of the next packet.
    package var nextOffset: String { "\(epoch).\(firstNumber + entries.count)" }

    /// Keeps a packet that was sent with `nextOffset` in it.
    package mutating func record(_ packet: Packet, bytes: Int, for audience: Audience, now: Instant) {
        entries.append(Entry(packet: packet, bytes: bytes, audience: audience, sent: now))
        byteCount += bytes
        trim(now: now)
    }

    /// Keeps what a client that left gets back if it returns with its private id.
    package mutating func keep(_ session: Session, privateID: String, now: Instant) {
        sessions[privateID] = (session, now)
        departures.append((privateID, now))
        trim(now: now)
    }

    /// The session and the packets that it missed, in order; nil if either is no longer known. Each session is given
    /// only once.
    package mutating func restore(privateID: String, offset: String, now: Instant) -> (Session, missed: [Packet])? {
        trim(now: now)
        guard let number = number(of: offset), let (session, _) = sessions[privateID] else { return nil }
        let missedFrom = number + 1 - firstNumber
        guard (0...entries.count).contains(missedFrom) else { return nil }
        sessions[privateID] = nil
        let missed = entries.dropFirst(missedFrom).filter { $0.audience.includes(session.rooms) }
        return (session, missed.map(\.packet))
    }

    private func number(of offset: String) -> Int? {
        let parts = offset.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, parts[0] == epoch, let number = Int(parts[1]), number > 0, number < Int.max else {
            return nil
        }
        return number
    }

    private mutating func trim(now: Instant) {
        while let first = entries.first,
            entries.count > limits.packets || byteCount > limits.bytes || first.sent + limits.duration < now
        {
            byteCount -= first.bytes
            entries.removeFirst()
            firstNumber += 1
        }
        while let first = departures.first, departures.count > limits.sessions || first.left + limits.duration < now {
            departures.removeFirst()
            // A client that came back and left again is kept from its later departure on.
            if sessions[first.privateID]?.left == first.left { sessions[first.privateID] = nil }
        }
    }
}
