package import JSONBytes

/// Who somebody is, as far as it was proven.
package struct Identity: Sendable, Equatable {
    /// How it was proven.
    package enum Proof: Sendable, Equatable {
        /// By the token that all share.
        case sharedToken
        /// By a signed token (RFC 7519), with its claims.
        case claims(JSONValue)
        /// By an API key of that name.
        case key(String)
        /// By a certificate with that subject (RFC 4514) and those alternative names, such as `DNS:a.example`.
        case certificate(subject: String, names: [String])
        /// By nothing.
        case none
    }

    /// For the log and the audit; never for decisions.
    package let name: String
    package let proof: Proof
    /// When it ends, Unix epoch in seconds; nil where it does not end by itself.
    package let expiry: Double?
    /// `jti` of a token (RFC 7519 §4.1.7), by which it can be revoked.
    package let tokenID: String?

    package init(name: String, proof: Proof, expiry: Double? = nil, tokenID: String? = nil) {
        self.name = name
        self.proof = proof
        self.expiry = expiry
        self.tokenID = tokenID
    }
}
