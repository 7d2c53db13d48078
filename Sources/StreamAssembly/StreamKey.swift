/// A Redis key, and the host and probe that its name tells (CONTRACT: keys).
public struct StreamKey: Sendable, Hashable {
    /// The key as Redis has it.
    public let name: String
    /// HOST of `prefix:{HOST}:PROBE`; empty where the key has another shape.
    public let host: String
    /// PROBE of `prefix:{HOST}:PROBE`; empty where the key has another shape.
    public let probe: String

    /// Takes HOST and PROBE from a key of the shape `prefix:{HOST}:PROBE`.
    public init(_ name: String, prefix: String) {
        self.name = name
        let head = "\(prefix):{"
        guard name.hasPrefix(head), let brace = name.dropFirst(head.count).firstIndex(of: "}"),
            name[brace...].hasPrefix("}:")
        else {
            (host, probe) = ("", "")
            return
        }
        let host = name.dropFirst(head.count)[..<brace]
        let probe = name[name.index(brace, offsetBy: 2)...]
        guard Self.isHost(host), Self.isProbe(probe) else {
            (self.host, self.probe) = ("", "")
            return
        }
        (self.host, self.probe) = (String(host), String(probe))
    }

    /// Whether host and probe are known from the name.
    var isNamed: Bool { !host.isEmpty }

    private static func isHost(_ text: Substring) -> Bool {
        (1...253).contains(text.utf8.count)
            && text.utf8.allSatisfy { isLetterOrDigit($0) || $0 == 0x2e || $0 == 0x5f || $0 == 0x2d }
    }

    /// `[a-z][a-z0-9_-]{0,31}`
    private static func isProbe(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, (0x61...0x7a).contains(first), text.utf8.count <= 32 else { return false }
        return text.utf8.allSatisfy {
            (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5f || $0 == 0x2d
        }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20)
    }
}
