import FoundationEssentials
import JSONBytes
import SocketIO

/// The arguments of an event or of an answer: JSON texts, and the byte strings that belong to them.
///
/// `Data` anywhere inside an argument travels as an attachment, as `ArrayBuffer` and `Buffer` do in JavaScript.
public struct EventArguments: Sendable, Equatable {
    /// One JSON text for each argument, in UTF-8.
    public var json: [[UInt8]]
    /// What `{"_placeholder":true,"num":n}` in the texts stands for, by that number.
    public var attachments: [[UInt8]]
    /// How they are decoded.
    var coding = ArgumentCoding()

    /// Takes JSON texts as they are, unchecked.
    public init(json: [[UInt8]] = [], attachments: [[UInt8]] = []) {
        self.json = json
        self.attachments = attachments
    }

    /// Encodes values.
    ///
    /// - Parameter coding: how to encode. The server itself uses ``SocketIOServerConfiguration/coding``.
    /// - Throws: ``ArgumentError`` for a value without a JSON form, such as a `Double` that is not finite.
    public init<each Argument: Encodable>(
        _ arguments: repeat each Argument, coding: ArgumentCoding
    ) throws(ArgumentError) {
        let attachments = AttachmentCollector()
        let encoder = coding.encoder(attachments)
        var json: [[UInt8]] = []
        for argument in repeat each arguments {
            do {
                json.append(Array(try encoder.encode(argument)))
            } catch {
                throw ArgumentError(position: json.count, reason: ArgumentError.reason(error))
            }
        }
        self.init(json: json, attachments: attachments.collected)
        self.coding = coding
    }

    /// Encodes values with the default coding.
    ///
    /// - Throws: ``ArgumentError`` for a value without a JSON form, such as a `Double` that is not finite.
    public init<each Argument: Encodable>(_ arguments: repeat each Argument) throws(ArgumentError) {
        try self.init(repeat each arguments, coding: ArgumentCoding())
    }

    /// Whether the texts and the attachments are the same.
    public static func == (one: EventArguments, other: EventArguments) -> Bool {
        one.json == other.json && one.attachments == other.attachments
    }

    /// Decodes all arguments. Half of a character in a string becomes U+FFFD. Arguments beyond the types asked for are
    /// ignored, and a missing one reads as `null`.
    ///
    /// - Throws: ``ArgumentError``.
    public func decode<each Argument: Decodable>(
        as types: repeat (each Argument).Type
    ) throws(ArgumentError) -> (repeat each Argument) {
        var decoder = ArgumentDecoder(self)
        return (repeat try decoder.next(as: each types))
    }
}

/// Decodes one argument after another.
private struct ArgumentDecoder {
    private let json: [[UInt8]]
    private let decoder: JSONDecoder
    private var position = 0

    init(_ arguments: EventArguments) {
        json = arguments.json
        decoder = arguments.coding.decoder(arguments.attachments)
    }

    mutating func next<Value: Decodable>(as type: Value.Type) throws(ArgumentError) -> Value {
        defer { position += 1 }
        let text = position < json.count ? json[position] : Array("null".utf8)
        do {
            return try decoder.decode(type, from: Data(LoneSurrogates.replaced(in: text)))
        } catch {
            throw ArgumentError(position: position, reason: ArgumentError.reason(error))
        }
    }
}

/// A reserved event name, an argument that has no JSON form, or an argument of another type than expected.
public struct ArgumentError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Which argument, counted from 0. The event's name, which comes before them, is -1.
    public let position: Int
    /// What is wrong with it, and where in it.
    public let reason: String

    /// `argument N: PLACE: what is wrong`
    public var description: String { (position < 0 ? "event name: " : "argument \(position): ") + reason }
}

extension ArgumentError {
    /// Refuses the names that clients use for events of the connection itself: `connect`, `connect_error`,
    /// `disconnect`, `disconnecting`, `newListener`, `removeListener`. The official client and server do not send them
    /// either.
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

extension JSONValue {
    /// Encodes a value to JSON: `try JSONValue(encoding: user)["name"]?.string`.
    ///
    /// - Throws: ``ArgumentError`` for a value without a JSON form, such as `Data` or a `Double` that is not finite.
    public init(encoding value: some Encodable) throws(ArgumentError) {
        let arguments = try EventArguments(value)
        guard arguments.attachments.isEmpty else {
            throw ArgumentError(position: 0, reason: "Data travels as an attachment: it has no JSON form")
        }
        do {
            self = try JSONValue(parsing: arguments.json.first ?? [])
        } catch {
            throw ArgumentError(position: 0, reason: "\(error)")
        }
    }

    /// Decodes the value as another type: `try value.decode(as: User.self)`.
    ///
    /// - Throws: ``ArgumentError`` that says where the value does not fit the type.
    public func decode<Value: Decodable>(as type: Value.Type) throws(ArgumentError) -> Value {
        try EventArguments(self).decode(as: type)
    }
}
