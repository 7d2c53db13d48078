import JSONBytes

/// Tells who a signed token (RFC 7519) speaks of, if it is to be believed.
package struct TokenVerifier: Sendable {
    /// What a token has to say, and when it holds.
    package struct Rules: Sendable, Equatable {
        /// `iss`; nil for any.
        package var issuer: String?
        /// One of `aud`; nil for any.
        package var audience: String?
        /// By how much the clocks may differ, in seconds.
        package var leeway: Double

        package init(issuer: String?, audience: String?, leeway: Double = 30) {
            (self.issuer, self.audience, self.leeway) = (issuer, audience, leeway)
        }
    }

    /// Keys without a name that are tried for one token.
    static let mostTries = 8

    private let keys: [TokenKey]
    private let rules: Rules

    var keyCount: Int { keys.count }

    package init(_ keys: [TokenKey], _ rules: Rules) {
        self.keys = keys
        self.rules = rules
    }

    /// - Parameter now: Unix epoch in seconds.
    package func identity(of text: some StringProtocol, now: Double) throws(TokenRefusal) -> Identity {
        let token = try CompactToken(text)
        guard let algorithm = token.header["alg"]?.string.flatMap(TokenAlgorithm.init(rawValue:)),
            case let fitting = keys.filter({ $0.algorithm == algorithm }), !fitting.isEmpty
        else { throw .unknownAlgorithm }
        let id = token.header["kid"]?.string
        let named = fitting.filter { key in
            guard let id, let own = key.id else { return true }
            return own.isSame(as: id)
        }
        guard !named.isEmpty else { throw .unknownKey }
        guard named.prefix(Self.mostTries).contains(where: { $0.isRight(token.signature, token.signed) }) else {
            throw .wrongSignature
        }
        return try identity(by: try token.claims(), now: now)
    }

    private func identity(by claims: JSONValue, now: Double) throws(TokenRefusal) -> Identity {
        if let issuer = rules.issuer, claims["iss"]?.string?.isSame(as: issuer) != true { throw .wrongIssuer }
        if let audience = rules.audience {
            let given = claims["aud"]?.array?.compactMap(\.string) ?? [claims["aud"]?.string].compactMap(\.self)
            guard given.contains(where: { $0.isSame(as: audience) }) else { throw .wrongAudience }
        }
        guard let expiry = claims["exp"]?.number, expiry.isFinite else { throw .endless }
        guard now < expiry + rules.leeway else { throw .expired }
        switch claims["nbf"] {
        case nil, .null: break
        case .number(let start) where start <= now + rules.leeway: break
        default: throw .notYetValid
        }
        guard let name = claims["sub"]?.string, !name.isEmpty else { throw .nameless }
        return Identity(name: name, proof: .claims(claims), expiry: expiry, tokenID: claims["jti"]?.string)
    }
}
