/// The limits that an Engine.IO server tells its clients in the open packet, and enforces.
package struct EngineConfiguration: Sendable, Equatable {
    /// The time from one answered ping to the next ping.
    package var pingInterval: Duration
    /// The time that a client has to answer a ping before its session ends.
    package var pingTimeout: Duration
    /// The largest message that a client may send, in bytes.
    package var maxPayload: Int
    /// The time that a WebSocket has to take over from polling.
    package var upgradeTimeout: Duration

    package init(
        pingInterval: Duration = .seconds(25), pingTimeout: Duration = .seconds(20), maxPayload: Int = 1_000_000,
        upgradeTimeout: Duration = .seconds(10)
    ) {
        self.pingInterval = pingInterval
        self.pingTimeout = pingTimeout
        self.maxPayload = maxPayload
        self.upgradeTimeout = upgradeTimeout
    }

    /// The open packet of a session: `0{"sid":…,"upgrades":…,"pingInterval":…,"pingTimeout":…,"maxPayload":…}`.
    ///
    /// The keys and their order are those of the official server (Engine.IO v4 §Handshake).
    package func openPacket(sessionID: String, upgrades: [EngineTransport]) -> EnginePacket {
        let names = upgrades.map { "\"\($0.rawValue)\"" }.joined(separator: ",")
        let json =
            "{\"sid\":\"\(sessionID)\",\"upgrades\":[\(names)],\"pingInterval\":\(pingInterval.milliseconds),"
            + "\"pingTimeout\":\(pingTimeout.milliseconds),\"maxPayload\":\(maxPayload)}"
        return .open(Array(json.utf8))
    }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    fileprivate var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}

/// Makes the ids of sessions and sockets: 20 characters that are safe in a URL, with 120 random bits.
package enum EngineSessionID {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    package static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        return random(using: &generator)
    }

    package static func random(using generator: inout some RandomNumberGenerator) -> String {
        String(unsafeUninitializedCapacity: 20) { buffer in
            for index in 0..<20 { buffer[index] = alphabet[Int(generator.next() & 63)] }
            return 20
        }
    }
}
