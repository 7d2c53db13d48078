import DequeModule

/// Bounds of a ``RecoveryLog``.
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

/// What was sent lately in one namespace and who has gone lately, so that clients that come back get what they missed.
///
/// An offset names a packet: `EPOCH.N`, N counting from 1. A client that has got the packet N has missed what follows
/// it, and that is known as long as N + 1 has not been let go.
package struct RecoveryLog<Packet: Sendable, Data: Sendable>: Sendable {
    package typealias Instant = ContinuousClock.Instant

    /// Whom a packet was meant for.
    package struct Audience: Sendable, Equatable {
        /// None: everybody.
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
        /// Its own room included.
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
    /// The number of the first entry; of the next packet where there is none.
    private var firstNumber = 1
    private var sessions: [String: (session: Session, left: Instant)] = [:]
    private var departures: Deque<(privateID: String, left: Instant)> = []

    /// - Parameter epoch: Names this log: offsets of others are unknown here. Without a dot.
    package init(limits: RecoveryLimits, epoch: String) {
        self.limits = limits
        self.epoch = epoch
    }

    package var count: Int { entries.count }
    package var bytes: Int { byteCount }
    package var sessionCount: Int { sessions.count }

    /// The offset of the packet that is recorded next.
    package var nextOffset: String { "\(epoch).\(firstNumber + entries.count)" }

    /// Keeps a packet, sent with `nextOffset` in it.
    package mutating func record(_ packet: Packet, bytes: Int, for audience: Audience, now: Instant) {
        entries.append(Entry(packet: packet, bytes: bytes, audience: audience, sent: now))
        byteCount += bytes
        trim(now: now)
    }

    /// Keeps what a client that has gone gets back if it returns with its private id.
    package mutating func keep(_ session: Session, privateID: String, now: Instant) {
        sessions[privateID] = (session, now)
        departures.append((privateID, now))
        trim(now: now)
    }

    /// The session and what it has missed, in order; nil where either is not known any more. A session is given once.
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
            // One that came back and left again is kept for its later departure.
            if sessions[first.privateID]?.left == first.left { sessions[first.privateID] = nil }
        }
    }
}
