public import FoundationEssentials
import Synchronization

/// How arguments are encoded to JSON and decoded from it.
///
/// By default `Data` travels as an attachment, as `ArrayBuffer` and `Buffer` do in JavaScript. `Date` becomes the text
/// that JavaScript's `toJSON` writes, `2026-11-30T07:00:00.123Z`. The closures run after that and may change anything:
///
/// ```swift
/// configuration.coding.prepareEncoder = { $0.dateEncodingStrategy = .millisecondsSince1970 }
/// configuration.coding.prepareDecoder = { $0.dateDecodingStrategy = .millisecondsSince1970 }
/// ```
public struct ArgumentCoding: Sendable {
    /// Called with each new encoder before it is used.
    public var prepareEncoder: @Sendable (JSONEncoder) -> Void = { _ in }
    /// Called with each new decoder before it is used.
    public var prepareDecoder: @Sendable (JSONDecoder) -> Void = { _ in }

    /// The default.
    public init() {}

    func encoder(_ attachments: AttachmentCollector) -> JSONEncoder {
        let encoder = JSONEncoder.forArguments(attachments)
        prepareEncoder(encoder)
        return encoder
    }

    func decoder(_ attachments: [[UInt8]]) -> JSONDecoder {
        let decoder = JSONDecoder.forArguments(attachments)
        prepareDecoder(decoder)
        return decoder
    }
}

/// Takes `Data` out of the JSON text and puts a placeholder there (Socket.IO v5 §Packet encoding, attachments).
final class AttachmentCollector: Sendable {
    private let attachments = Mutex<[[UInt8]]>([])

    var collected: [[UInt8]] { attachments.withLock { $0 } }

    func add(_ data: Data) -> AttachmentPlaceholder {
        attachments.withLock { attachments in
            attachments.append(Array(data))
            return AttachmentPlaceholder(_placeholder: true, num: attachments.count - 1)
        }
    }
}

/// `{"_placeholder":true,"num":n}`
struct AttachmentPlaceholder: Codable {
    let _placeholder: Bool
    let num: Int
}

extension JSONEncoder {
    fileprivate static func forArguments(_ attachments: AttachmentCollector) -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        encoder.dataEncodingStrategy = .custom { data, encoder in try attachments.add(data).encode(to: encoder) }
        encoder.dateEncodingStrategy = .custom { date, encoder in
            guard let text = ISO8601Text.write(date) else {
                throw EncodingError.invalidValue(
                    date, .init(codingPath: encoder.codingPath, debugDescription: "the date is out of range"))
            }
            try text.encode(to: encoder)
        }
        return encoder
    }
}

extension JSONDecoder {
    fileprivate static func forArguments(_ attachments: [[UInt8]]) -> JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dataDecodingStrategy = .custom { decoder in
            let placeholder = try AttachmentPlaceholder(from: decoder)
            guard placeholder._placeholder, attachments.indices.contains(placeholder.num) else {
                throw DecodingError.dataCorrupted(
                    .init(
                        codingPath: decoder.codingPath,
                        debugDescription:
                            "attachment \(placeholder.num) of \(attachments.count): there is no such attachment"))
            }
            return Data(attachments[placeholder.num])
        }
        decoder.dateDecodingStrategy = .custom { decoder in
            let text = try String(from: decoder)
            guard let date = ISO8601Text.read(text) else {
                throw DecodingError.dataCorrupted(
                    .init(
                        codingPath: decoder.codingPath,
                        debugDescription: "expected a date as 2026-11-30T07:00:00.123Z"))
            }
            return date
        }
        return decoder
    }
}

extension ArgumentError {
    /// What is wrong, and where in the argument: `users[2].name: expected String, found null`.
    static func reason(_ error: any Error) -> String {
        switch error {
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
            DecodingError.dataCorrupted(let context):
            describe(context.codingPath, context.debugDescription)
        case DecodingError.keyNotFound(let key, let context):
            describe(context.codingPath + [key], "is missing")
        case EncodingError.invalidValue(_, let context): describe(context.codingPath, context.debugDescription)
        default: "\(error)"
        }
    }

    private static func describe(_ path: [any CodingKey], _ what: String) -> String {
        let place = path.reduce("") { place, key in
            if let index = key.intValue { return "\(place)[\(index)]" }
            return place.isEmpty ? key.stringValue : "\(place).\(key.stringValue)"
        }
        return place.isEmpty ? what : "\(place): \(what)"
    }
}
