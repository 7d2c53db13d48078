import JSONBytes
import SocketIO

/// An event's name that is not free, or an argument that could not be made into JSON or was not what was expected.
public struct ArgumentError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Which argument, counted from 0; -1 is the event's name, which stands before them.
    public let position: Int
    /// What is wrong with it, and where inside it.
    public let reason: String

    /// `argument N: PLACE: what is wrong`
    public var description: String { (position < 0 ? "event name: " : "argument \(position): ") + reason }
}

extension ArgumentError {
    /// Refuses the names that clients take for news of the connection itself: `connect`, `connect_error`, `disconnect`,
    /// `disconnecting`, `newListener`, `removeListener`. The official client and server refuse to send them too.
    static func checkIsFree(_ event: String) throws(ArgumentError) {
        guard SocketEvent.reservedNames.contains(event) else { return }
        throw ArgumentError(
            position: -1, reason: "\"\(event)\" is reserved for the connection itself; choose another name")
    }

    /// The same for a name as a JSON text, in which `\u006f` may stand for `o`.
    static func checkIsFree(rawName: [UInt8]) throws(ArgumentError) {
        guard let name = try? JSONValue(parsing: rawName).string else { return }
        try checkIsFree(name)
    }
}
