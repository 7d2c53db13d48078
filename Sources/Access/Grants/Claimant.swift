import JSONBytes

/// Whom a line of the grants file is about.
enum Claimant: Sendable, Hashable {
    /// A claim of a signed token that is that text, or a list with it: `claim groups=ops`.
    case claim(name: String, value: String)
    /// An API key, by its name: `key ci`.
    case key(String)
    /// A certificate, by its subject (`certificate CN=wall-1,O=Example`) or an alternative name (`certificate
    /// DNS:wall-1.example`).
    case certificate(String)
    /// Who shows nothing: `anonymous`.
    case anonymous

    static let forms = ["claim NAME=VALUE", "key NAME", "certificate SUBJECT", "anonymous"]

    /// Nil where the text is none of ``forms``.
    init?(_ text: String) {
        if text == "anonymous" {
            self = .anonymous
            return
        }
        let words = text.split(separator: " ", maxSplits: 1).map(String.init)
        guard words.count == 2 else { return nil }
        switch words[0] {
        case "claim":
            // A name may be an address (https://example.com/groups), but has no equals sign.
            let parts = words[1].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
            self = .claim(name: parts[0], value: parts[1])
        case "key": self = .key(words[1])
        case "certificate": self = .certificate(words[1])
        default: return nil
        }
    }

    func isProven(by proof: Identity.Proof) -> Bool {
        switch (self, proof) {
        case (.claim(let name, let value), .claims(let claims)):
            Self.values(of: name, in: claims).contains { $0.isSame(as: value) }
        case (.key(let name), .key(let given)): name.isSame(as: given)
        case (.certificate(let name), .certificate(let subject, let names)):
            name.isSame(as: subject) || names.contains { name.isSame(as: $0) }
        case (.anonymous, .none): true
        default: false
        }
    }

    /// The texts of a claim. Its name is that of a member, or else a path to one: `realm_access.roles`.
    private static func values(of name: String, in claims: JSONValue) -> [String] {
        var found = claims[name]
        if found == nil {
            found = name.split(separator: ".", omittingEmptySubsequences: false)
                .reduce(claims as JSONValue?) { value, part in value?[String(part)] }
        }
        return switch found {
        case .string(let text): [text]
        case .array(let elements): elements.compactMap(\.string)
        case .bool(let value): [value ? "true" : "false"]
        default: []
        }
    }
}

extension String {
    /// Compares bytes: texts that only look alike are different names.
    func isSame(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
