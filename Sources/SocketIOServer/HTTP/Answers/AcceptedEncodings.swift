import NIOHTTP1

/// The encodings that a client accepts (RFC 9110 §12.5.3).
package struct AcceptedEncodings: Equatable {
    private var weights: [String: Double] = [:]

    init(_ headers: HTTPHeaders) { self.init(headers["accept-encoding"]) }

    /// - Parameter values: All headers `Accept-Encoding` of a request.
    package init(_ values: [String]) {
        for element in values.flatMap({ $0.split(separator: ",") }) {
            let parts = element.split(separator: ";").map(Self.trimmed)
            guard let name = parts.first?.lowercased() else { continue }
            weights[name] = parts.dropFirst().compactMap(Self.weight).first ?? 1
        }
    }

    /// A weight of 0 refuses. An encoding's own name counts more than `*`.
    private var gzip: Double { weights["gzip"] ?? weights["x-gzip"] ?? weights["*"] ?? 0 }

    /// Whether an answer should be compressed: the client accepts gzip, and does not say that it prefers plain bytes.
    package var prefersGzip: Bool { gzip > 0 && gzip >= weights["identity"] ?? 0 }

    /// Without the white space around it (OWS, RFC 9110 §5.6.3).
    private static func trimmed(_ text: Substring) -> Substring {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        var text = text.drop(while: isBlank)
        while text.last.map(isBlank) == true { text.removeLast() }
        return text
    }

    /// The weight of `q=0.5`; nil for another parameter, and 0 for a weight that cannot be read.
    private static func weight(_ parameter: Substring) -> Double? {
        // No space may stand beside `=`. Who puts one there and refuses is understood all the same.
        let pair = parameter.split(separator: "=", omittingEmptySubsequences: false).map(trimmed)
        guard pair.first?.lowercased() == "q" else { return nil }
        return pair.count == 2 ? Double(pair[1]).map { (0...1).contains($0) ? $0 : 0 } ?? 0 : 0
    }
}
