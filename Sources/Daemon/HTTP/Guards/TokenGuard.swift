import HTTPTypes
import Hummingbird

/// Asks for the shared token, as `Authorization: Bearer TOKEN` (RFC 6750).
struct TokenGuard: RouterMiddleware {
    let door: TokenDoor?
    let names: HostNames

    func handle(
        _ request: Request, context: PeerContext, next: @concurrent (Request, PeerContext) async throws -> Response
    ) async throws -> Response {
        let client = names.client(of: request, from: context.peer)
        switch door?.try(request.bearerToken, through: .http, address: client) {
        case .open, nil: return try await next(request, context)
        case .wrong:
            var response = JSONAnswer.error(
                .unauthorized, code: "unauthorized", message: "send the header 'Authorization: Bearer TOKEN'")
            response.headers[.wwwAuthenticate] = "Bearer"
            return response
        case .later(let seconds): return JSONAnswer.busy(TokenDoor.tooMany(seconds), retryAfter: seconds)
        }
    }
}

extension Request {
    /// The token of `Authorization: Bearer TOKEN`; the scheme's name is compared without case (RFC 9110 §11.1).
    var bearerToken: Substring? {
        guard let given = headers[.authorization], given.prefix(7).lowercased() == "bearer " else { return nil }
        return given.dropFirst(7)
    }
}

/// The one token that all clients share.
struct SharedToken: Sendable {
    private let bytes: [UInt8]

    init(_ token: String) {
        bytes = Array(token.utf8)
    }

    /// Compares in a time that depends on the length given only: an answer's delay tells nothing of the token.
    func matches(_ given: some StringProtocol) -> Bool {
        var difference = given.utf8.count ^ bytes.count
        var index = 0
        for byte in given.utf8 {
            difference |= Int(byte ^ bytes[index % bytes.count])
            index += 1
        }
        return difference == 0
    }
}
