/// Why a signed token is not believed. The code is for the log, the audit and the metric. A client is told no more than
/// that it is not let in, but for ``expired`` and ``notYetValid``, which only a right signature leads to.
package enum TokenRefusal: String, Error, Sendable, CaseIterable {
    /// Longer than any token may be; it was not looked at.
    case tooLong = "too-long"
    /// Not three parts in base64url, no JSON object, or with a header that has to be understood and is not.
    case malformed
    /// Signed by no algorithm for which there is a key. `none` is one of these.
    case unknownAlgorithm = "unknown-algorithm"
    /// There is no key of that name for its algorithm.
    case unknownKey = "unknown-key"
    case wrongSignature = "wrong-signature"
    /// It has no `exp`, or one that is no number: it would never end.
    case endless
    case expired
    case notYetValid = "not-yet-valid"
    case wrongIssuer = "wrong-issuer"
    case wrongAudience = "wrong-audience"
    /// It has no `sub` that could be logged.
    case nameless

    /// Whether it counts as a guess, which makes the next one wait. A right signature is no guess.
    package var isGuess: Bool {
        switch self {
        case .tooLong, .malformed, .unknownAlgorithm, .unknownKey, .wrongSignature: true
        case .endless, .expired, .notYetValid, .wrongIssuer, .wrongAudience, .nameless: false
        }
    }
}
