import NIOCore
import Synchronization

/// The namespaces of one server by name.
final class NamespaceRegistry: Sendable {
    private let eventLoop: any EventLoop
    private let overflow: OverflowPolicy
    private let namespaces = Mutex<[String: Namespace]>([:])

    init(eventLoop: any EventLoop, overflow: OverflowPolicy) {
        self.eventLoop = eventLoop
        self.overflow = overflow
    }

    func of(_ name: String) -> Namespace {
        let name = name.hasPrefix("/") ? name : "/" + name
        return namespaces.withLock { namespaces in
            if let known = namespaces[name] { return known }
            let made = Namespace(name: name, tag: namespaces.count, overflow: overflow, eventLoop: eventLoop)
            namespaces[name] = made
            return made
        }
    }

    func find(_ name: String) -> Namespace? { namespaces.withLock { $0[name] } }
}
