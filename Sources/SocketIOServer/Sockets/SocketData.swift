import Synchronization

/// Names a value of ``Socket/data``.
///
/// ```swift
/// enum UserName: SocketDataKey { typealias Value = String }
/// socket.data[UserName.self] = "mara"
/// ```
public protocol SocketDataKey {
    associatedtype Value: Sendable
}

/// What an application keeps with a socket; a client that recovers its connection finds it again.
public final class SocketData: Sendable {
    private let values = Mutex<[ObjectIdentifier: any Sendable]>([:])

    init() {}

    /// The value of a key; nil removes it. Callable from anywhere.
    public subscript<Key: SocketDataKey>(_ key: Key.Type) -> Key.Value? {
        get { values.withLock { $0[ObjectIdentifier(key)] } as? Key.Value }
        set {
            let value: (any Sendable)? = newValue
            values.withLock { $0[ObjectIdentifier(key)] = value }
        }
    }

    /// The value of a key, or `fallback` where there is none.
    public subscript<Key: SocketDataKey>(_ key: Key.Type, default fallback: @autoclosure () -> Key.Value) -> Key.Value {
        get { self[key] ?? fallback() }
        set { self[key] = newValue }
    }
}
