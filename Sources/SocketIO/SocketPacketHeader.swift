/// What stands before the JSON of a packet (§Packet encoding).
///
/// ```
///   ┌──────┬──────────────────┬──────────────────┬─────────┬─────────┐
///   │ type │ attachments "-"  │ namespace ","    │ ack id  │ JSON    │
///   │ 0…6  │ types 5, 6 only  │ absent for "/"   │ digits  │         │
///   └──────┴──────────────────┴──────────────────┴─────────┴─────────┘
/// ```
struct SocketPacketHeader: Equatable {
    let type: SocketPacketType
    let attachmentCount: Int
    let namespace: String
    let ackID: Int?
    let payload: ArraySlice<UInt8>

    init(_ text: [UInt8]) throws(SocketPacketError) {
        guard let first = text.first else { throw .empty }
        guard let type = SocketPacketType(rawValue: first) else { throw .unknownType(first) }
        var rest = text.dropFirst()
        self.type = type
        switch type {
        case .binaryEvent, .binaryAck:
            guard let count = Self.takeNumber(from: &rest), rest.popFirst() == UInt8(ascii: "-") else {
                throw .missingAttachmentCount
            }
            attachmentCount = count
        case .connect, .disconnect, .event, .ack, .connectError:
            attachmentCount = 0
        }
        namespace = try Self.takeNamespace(from: &rest)
        if let digit = rest.first, Self.digits.contains(digit) {
            guard let id = Self.takeNumber(from: &rest) else { throw .ackIDOutOfRange }
            ackID = id
        } else {
            ackID = nil
        }
        payload = rest
    }

    private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")

    /// Nil if there are no digits, or if the number is larger than a JavaScript client can count.
    private static func takeNumber(from rest: inout ArraySlice<UInt8>) -> Int? {
        let end = rest.firstIndex { !digits.contains($0) } ?? rest.endIndex
        let text = rest[rest.startIndex..<end]
        guard !text.isEmpty, text.count <= 15 else { return nil }
        rest = rest[end...]
        return text.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    /// The comma may be missing if the packet ends after the namespace.
    private static func takeNamespace(from rest: inout ArraySlice<UInt8>) throws(SocketPacketError) -> String {
        guard rest.first == UInt8(ascii: "/") else { return "/" }
        let end = rest.firstIndex(of: UInt8(ascii: ",")) ?? rest.endIndex
        guard let name = String(validating: rest[..<end], as: UTF8.self) else { throw .namespaceNotUTF8 }
        rest = rest[end...].dropFirst()
        return name
    }
}
