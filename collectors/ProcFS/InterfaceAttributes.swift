import Glibc

/// What `/sys/class/net/[name]` says of an interface; nil where the driver does not say.
package struct InterfaceAttributes: Sendable, Equatable {
    package var isUp: Bool?
    package var speedMbps: UInt64?

    package init(isUp: Bool? = nil, speedMbps: UInt64? = nil) {
        self.isUp = isUp
        self.speedMbps = speedMbps
    }

    /// Reads the attributes of one interface.
    package init(root: String, name: String, buffer: ReadBuffer) {
        // A name with a slash cannot be an interface; it would lead out of the folder.
        guard !name.utf8.contains(UInt8(ascii: "/")), name != "..", name != "." else { return }
        let folder = "\(root)/sys/class/net/\(name)"
        let state = Self.text("\(folder)/operstate", buffer)
        switch state {
        case "up": isUp = true
        // Loopback and tunnels have no carrier to speak of: they are up when they are switched on.
        case "unknown": isUp = Self.text("\(folder)/flags", buffer).map(Self.isSwitchedOn)
        case nil: isUp = nil
        default: isUp = false
        }
        // -1, or the same in fewer bits, is a driver's way not to say it.
        speedMbps = Self.text("\(folder)/speed", buffer).flatMap(UInt64.init).flatMap { speed in
            speed == 0 || speed == 65_535 || speed >= UInt64(UInt32.max) ? nil : speed
        }
    }

    private static func isSwitchedOn(_ flags: String) -> Bool {
        UInt32(flags.dropFirst(2), radix: 16).map { $0 & UInt32(IFF_UP) != 0 } ?? false
    }

    private static func text(_ path: String, _ buffer: ReadBuffer) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let content = try? buffer.read(descriptor, path: path) { String(decoding: $0.prefix(64), as: UTF8.self) }
        return content.flatMap { $0.split(whereSeparator: \.isWhitespace).first.map(String.init) }
    }
}
