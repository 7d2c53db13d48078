/// How tokens may be signed (RFC 7518 §3.1, RFC 8037 §3.1). There is no `none`.
package enum TokenAlgorithm: String, Sendable, CaseIterable {
    case hs256 = "HS256"
    case hs384 = "HS384"
    case hs512 = "HS512"
    case rs256 = "RS256"
    case ps256 = "PS256"
    case es256 = "ES256"
    case es384 = "ES384"
    case eddsa = "EdDSA"

    /// Whether whoever can verify can sign, too.
    var isSymmetric: Bool { leastSecretBytes > 0 }

    /// As long as what the hash gives (RFC 7518 §3.2); 0 where it is signed with a private key.
    var leastSecretBytes: Int {
        switch self {
        case .hs256: 32
        case .hs384: 48
        case .hs512: 64
        case .rs256, .ps256, .es256, .es384, .eddsa: 0
        }
    }
}

/// A key for one algorithm and no other, whatever a token says. So the public key of an authority can never be taken for
/// a secret that many know.
package struct TokenKey: Sendable {
    /// `kid`: a name to compare, and nothing else. It leads to no file and no address.
    let id: String?
    let algorithm: TokenAlgorithm
    /// Whether the signature of these bytes is right.
    let isRight: @Sendable (_ signature: [UInt8], _ signed: [UInt8]) -> Bool

    package init(
        id: String?, _ algorithm: TokenAlgorithm,
        isRight: @escaping @Sendable (_ signature: [UInt8], _ signed: [UInt8]) -> Bool
    ) {
        self.id = id
        self.algorithm = algorithm
        self.isRight = isRight
    }
}
