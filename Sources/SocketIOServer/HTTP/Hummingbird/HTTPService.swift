public import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// What answers the requests outside the Socket.IO path.
public struct HTTPService: Sendable {
    let respond: @Sendable (Request, any Channel, Logger) async throws -> Response

    /// Hands requests to a Hummingbird responder, for example `router.buildResponder()`.
    public init<Responder: HTTPResponder>(_ responder: Responder)
    where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
        respond = { request, channel, logger in
            let source = ApplicationRequestContextSource(channel: channel, logger: logger)
            return try await responder.respond(to: request, context: Responder.Context(source: source))
        }
    }

    init(respond: @escaping @Sendable (Request, any Channel, Logger) async throws -> Response) {
        self.respond = respond
    }

    /// Answers everything with 404.
    public static let notFound = HTTPService { _, _, _ in Response(status: .notFound) }

    /// The client's files first.
    func serving(_ files: ClientFiles?, path: String) -> HTTPService {
        guard let files else { return self }
        return HTTPService { request, channel, logger in
            if let file = files.answer(request, path: path) { return file }
            return try await respond(request, channel, logger)
        }
    }
}
