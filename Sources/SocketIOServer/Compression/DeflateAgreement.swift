/// What the two ends of a WebSocket agree on for permessage-deflate (RFC 7692 §7.1).
///
/// Neither side keeps its window from one message to the next. For the server, this lets one compressed frame serve all
/// clients. Clients have to do the same, even if they do not offer it (§7.1.1.2 allows the server to ask for it).
/// Otherwise the server needed 40 KiB for each connection, and strangers can open thousands. Messages of clients are
/// small, so a window would save little.
struct DeflateAgreement: Equatable {
    static let name = "permessage-deflate"

    /// The size of our window, 9 to 15 bits.
    let windowBits: Int
    private let isWindowAsked: Bool

    /// Takes the first offer that the server can accept; nil if there is none.
    init?(_ offers: [WebSocketExtension]) {
        guard let first = offers.lazy.compactMap({ DeflateAgreement($0) }).first else { return nil }
        self = first
    }

    private init?(_ offer: WebSocketExtension) {
        guard offer.name == Self.name else { return nil }
        let names = offer.parameters.map(\.name)
        guard Set(names).count == names.count else { return nil }
        var asked: Int?
        for parameter in offer.parameters {
            switch (parameter.name, parameter.value) {
            case ("server_no_context_takeover", nil), ("client_no_context_takeover", nil): break
            // The server could ask for a smaller window here. It reads the largest, so there is no need.
            case ("client_max_window_bits", nil): break
            case ("client_max_window_bits", let value?):
                guard Self.bits(value) != nil else { return nil }
            case ("server_max_window_bits", let value?):
                // zlib cannot make a window of 8 bits.
                guard let bits = Self.bits(value), bits >= 9 else { return nil }
                asked = bits
            default: return nil
            }
        }
        windowBits = asked ?? 15
        isWindowAsked = asked != nil
    }

    /// The value of `Sec-WebSocket-Extensions` in the answer.
    var answer: String {
        "\(Self.name); server_no_context_takeover; client_no_context_takeover"
            + (isWindowAsked ? "; server_max_window_bits=\(windowBits)" : "")
    }

    /// A decimal integer from 8 to 15 without leading zeros (§7.1.2).
    private static func bits(_ text: String) -> Int? {
        (8...15).first { String($0) == text }
    }
}
