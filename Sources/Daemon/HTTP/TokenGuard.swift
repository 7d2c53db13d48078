import HTTPTypes
import Hummingbird

/// Asks for the shared token, as `Authorization: Bearer TOKEN` (RFC 6750).
struct TokenGuard<Context: RequestContext>: RouterMiddleware {
    let token: SharedToken?

    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard let token else { return try await next(request, context) }
        let given = request.headers[.authorization] ?? ""
        guard given.hasPrefix("Bearer "), token.matches(given.dropFirst(7)) else {
            var response = JSONAnswer.error(
                .unauthorized, code: "unauthorized", message: "send the header 'Authorization: Bearer TOKEN'")
            response.headers[.wwwAuthenticate] = "Bearer"
            return response
        }
        return try await next(request, context)
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
