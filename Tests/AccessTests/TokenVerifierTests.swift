import JSONBytes
import Testing

@testable import Access

/// Which tokens are believed. Signatures are stand-ins here: what is tested is everything around them.
@Suite struct TokenVerifierTests {
    private static let now = 1_800_000_000.0

    private static func encode(_ bytes: some Sequence<UInt8>) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        var (text, bits, count) = ("", 0, 0)
        for byte in bytes {
            (bits, count) = (bits << 8 & 0xffff | Int(byte), count + 8)
            while count >= 6 {
                count -= 6
                text.append(alphabet[bits >> count & 63])
            }
        }
        if count > 0 { text.append(alphabet[bits << (6 - count) & 63]) }
        return text
    }

    private static func token(
        _ header: String, _ claims: String, signature: String = "right"
    ) -> String {
        [header, claims, signature].map { encode($0.utf8) }.joined(separator: ".")
    }

    private static func key(_ id: String?, _ algorithm: TokenAlgorithm, _ signature: String = "right") -> TokenKey {
        TokenKey(id: id, algorithm) { given, _ in given == Array(signature.utf8) }
    }

    private static let verifier = TokenVerifier(
        [key("a", .rs256), key("b", .es256), key(nil, .eddsa, "other"), key(nil, .eddsa)],
        .init(issuer: "https://id.example", audience: "monitor", leeway: 30))

    private static let claims =
        #"{"iss":"https://id.example","aud":["x","monitor"],"sub":"alice","exp":1800000060,"nbf":1799999990,"jti":"7"}"#

    private static func claims(_ name: String, _ value: String?) -> String {
        let all = [
            "iss": #""https://id.example""#, "aud": #""monitor""#, "sub": #""alice""#, "exp": "1800000060",
        ].merging([name: value ?? ""]) { $1 }
        return "{" + all.filter { !$0.value.isEmpty }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
    }

    private static func refusal(_ token: String) -> TokenRefusal? {
        do throws(TokenRefusal) {
            _ = try verifier.identity(of: token, now: now)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [#"{"alg":"RS256","kid":"a"}"#, #"{"alg":"RS256"}"#, #"{"typ":"JWT","alg":"EdDSA","kid":"z"}"#])
    func `a right token says who it is`(header: String) throws {
        let identity = try Self.verifier.identity(of: Self.token(header, Self.claims), now: Self.now)
        #expect(identity.name == "alice")
        #expect(identity.expiry == 1_800_000_060)
        #expect(identity.tokenID == "7")
    }

    @Test(
        arguments: [
            (#"{"alg":"none"}"#, .unknownAlgorithm), (#"{"alg":"None"}"#, .unknownAlgorithm),
            (#"{"alg":""}"#, .unknownAlgorithm), (#"{}"#, .unknownAlgorithm),
            (#"{"alg":["RS256"]}"#, .unknownAlgorithm),
            // There are keys for RS256, and none for HS256: a public key is no secret.
            (#"{"alg":"HS256","kid":"a"}"#, .unknownAlgorithm), (#"{"alg":"PS256","kid":"a"}"#, .unknownAlgorithm),
            (#"{"alg":"rs256","kid":"a"}"#, .unknownAlgorithm),
            // The name is there, but of a key for another algorithm.
            (#"{"alg":"RS256","kid":"b"}"#, .unknownKey), (#"{"alg":"ES256","kid":"../../dev/null"}"#, .unknownKey),
            (#"{"alg":"ES256","kid":"' OR 1=1 --"}"#, .unknownKey), (#"{"alg":"ES256","kid":""}"#, .unknownKey),
            (#"{"alg":"RS256","kid":"a","crit":["exp"]}"#, .malformed), (#"["RS256"]"#, .malformed), ("", .malformed),
        ] as [(String, TokenRefusal)])
    func `a header decides nothing but which key is asked`(header: String, expected: TokenRefusal) {
        #expect(Self.refusal(Self.token(header, Self.claims)) == expected)
    }

    @Test(
        arguments: [
            ("exp", nil, .endless), ("exp", #""1800000060""#, .endless), ("exp", "1799999970", .expired),
            ("exp", "1799999971", nil), ("nbf", "1800000031", .notYetValid), ("nbf", "1800000030", nil),
            ("nbf", #""soon""#, .notYetValid), ("iss", nil, .wrongIssuer), ("iss", "[]", .wrongIssuer),
            ("iss", #""https://id.example/""#, .wrongIssuer),
            ("aud", nil, .wrongAudience), ("aud", #"["monitors"]"#, .wrongAudience), ("aud", "[]", .wrongAudience),
            ("sub", nil, .nameless), ("sub", #""""#, .nameless), ("sub", "7", .nameless),
        ] as [(String, String?, TokenRefusal?)])
    func `claims have to say what is wanted`(name: String, value: String?, expected: TokenRefusal?) {
        #expect(Self.refusal(Self.token(#"{"alg":"RS256","kid":"a"}"#, Self.claims(name, value))) == expected)
    }

    @Test func `claims are looked at only behind a right signature`() {
        let header = #"{"alg":"RS256","kid":"a"}"#
        #expect(Self.refusal(Self.token(header, Self.claims("exp", "1"), signature: "wrong")) == .wrongSignature)
        #expect(Self.refusal(Self.token(header, Self.claims, signature: "")) == .wrongSignature)
        #expect(Self.refusal(Self.token(header, "no claims")) == .malformed)
    }

    @Test(arguments: [
        "", ".", "..", "a.b", "a.b.c.d", "e30.e30", "e30=.e30.e30", "e3\n0.e30.e30", "e31.e30.e30", "A.A.A",
    ])
    func `what is no token is malformed`(text: String) {
        #expect(Self.refusal(text) == .malformed)
    }

    @Test func `a token that is too long is not looked at`() {
        let most = CompactToken.mostBytes
        #expect(Self.refusal(String(repeating: ".", count: most)) == .malformed)
        #expect(Self.refusal(String(repeating: ".", count: most + 1)) == .tooLong)
    }
}
