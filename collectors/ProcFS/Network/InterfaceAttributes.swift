import CHost
import Glibc

/// Whether an interface is up, and how fast its link is; nil if the driver does not say.
package struct InterfaceAttributes: Sendable, Equatable {
    package var isUp: Bool?
    package var speedMbps: UInt64?

    package init(isUp: Bool? = nil, speedMbps: UInt64? = nil) {
        self.isUp = isUp
        self.speedMbps = speedMbps
    }

    /// Reads `/sys/class/net/[name]` of a copied tree.
    package init(root: String, name: [UInt8], buffer: ReadBuffer) {
        // A name with a slash is not an interface. It would lead out of the folder.
        let text = String(decoding: name, as: UTF8.self)
        guard !name.contains(UInt8(ascii: "/")), text != "..", text != "." else { return }
        let folder = "\(root)/sys/class/net/\(text)"
        let state = Self.text("\(folder)/operstate", buffer)
        switch state {
        case "up": isUp = true
        // Loopback and tunnels have no carrier. They are up when they are switched on.
        case "unknown": isUp = Self.text("\(folder)/flags", buffer).map(Self.isSwitchedOn)
        case nil: isUp = nil
        default: isUp = false
        }
        speedMbps = Self.text("\(folder)/speed", buffer).flatMap(UInt64.init).flatMap(Self.speed)
    }

    /// 0 and -1, or -1 in fewer bits, mean that a driver does not say it.
    static func speed(_ told: UInt64) -> UInt64? {
        told == 0 || told == 65_535 || told >= UInt64(UInt32.max) ? nil : told
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

/// The states of all interfaces, by netdevice(7). They are those of the network namespace of `/proc/net`, while `/sys`
/// may show another one (`nsenter --net`). Names may have any bytes.
///
/// Belongs to one reader and is not safe to share between threads.
package final class InterfaceStates {
    private struct Known {
        var attributes: InterfaceAttributes
        var flags: UInt32
        var speedReadNs: UInt64
    }

    private let root: String
    private let buffer: ReadBuffer
    private let socket: CInt
    private var known: [[UInt8]: Known] = [:]

    /// Asking a driver for its speed takes a lock of the whole network. Whether a link is up is one word in memory.
    private static let speedIntervalNs: UInt64 = 9_000_000_000

    package init(root: String, buffer: ReadBuffer) {
        self.root = root
        self.buffer = buffer
        socket = root.isEmpty ? Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0) : -1
    }

    deinit {
        if socket >= 0 { close(socket) }
    }

    /// The states by name. `nowNs` is monotonic. Whether an interface is up is read now. Its speed is at most ten
    /// seconds old.
    package func attributes(of names: [[UInt8]], nowNs: UInt64) -> [[UInt8]: InterfaceAttributes] {
        var next: [[UInt8]: Known] = [:]
        for name in names { next[name] = state(of: name, nowNs: nowNs) }
        known = next
        return next.mapValues(\.attributes)
    }

    /// The name of the interface with that number; nil if it does not exist any more.
    package func name(of number: UInt32) -> [UInt8]? {
        guard socket >= 0 else { return nil }
        var name = [UInt8](repeating: 0, count: 16)
        guard chost_interface_name(socket, number, &name) == 0 else { return nil }
        return Array(name.prefix { $0 != 0 })
    }

    private func state(of name: [UInt8], nowNs: UInt64) -> Known? {
        guard root.isEmpty else {
            let attributes = InterfaceAttributes(root: root, name: name, buffer: buffer)
            return Known(attributes: attributes, flags: 0, speedReadNs: nowNs)
        }
        var flags: UInt32 = 0
        guard socket >= 0, chost_interface_flags(socket, name, CInt(name.count), &flags) == 0 else { return nil }
        let isUp = flags & UInt32(IFF_RUNNING) != 0
        if let old = known[name], old.flags == flags, nowNs &- old.speedReadNs < Self.speedIntervalNs { return old }
        var speed: UInt32 = 0
        let isTold = isUp && chost_interface_speed(socket, name, CInt(name.count), &speed) == 0
        return Known(
            attributes: InterfaceAttributes(
                isUp: isUp, speedMbps: isTold ? InterfaceAttributes.speed(UInt64(speed)) : nil),
            flags: flags, speedReadNs: nowNs)
    }
}
