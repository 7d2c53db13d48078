import FoundationEssentials
import Synchronization

/// `Data` leaves the JSON text and leaves a placeholder behind (Socket.IO v5 §Packet encoding, attachments).
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
    static func forArguments(_ attachments: AttachmentCollector) -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        encoder.dataEncodingStrategy = .custom { data, encoder in try attachments.add(data).encode(to: encoder) }
        return encoder
    }
}

extension JSONDecoder {
    static func forArguments(_ attachments: [[UInt8]]) -> JSONDecoder {
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
        return decoder
    }
}

extension ArgumentError {
    /// Where in the argument, and what: `users[2].name: expected String, found null`.
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
