import FoundationEssentials

/// The arguments of an event or of an answer: JSON texts, and the byte strings that belong into them.
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
    /// - Parameter coding: How; what a server sends by itself goes by ``SocketIOServerConfiguration/coding``.
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

    /// Encodes values as a server does whose configuration says nothing of that.
    ///
    /// - Throws: ``ArgumentError`` for a value without a JSON form, such as a `Double` that is not finite.
    public init<each Argument: Encodable>(_ arguments: repeat each Argument) throws(ArgumentError) {
        try self.init(repeat each arguments, coding: ArgumentCoding())
    }

    /// Whether the texts and the attachments are the same.
    public static func == (one: EventArguments, other: EventArguments) -> Bool {
        one.json == other.json && one.attachments == other.attachments
    }

    /// Decodes all arguments; in strings, half of a character becomes U+FFFD. Those beyond the types asked for are ignored, one that is missing reads as `null`.
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
