import Hummingbird
import HummingbirdCore
import Logging
import NIOHTTP1

/// Answers the ordinary requests of a connection through Hummingbird's own loop over them.
struct HTTPConnectionRunner: Sendable {
    private let channel: HTTP1Channel
    private let logger: Logger

    init(http: HTTPService, logger: Logger) {
        self.logger = logger
        channel = HTTP1Channel { request, writer, channel in
            let response: Response
            do {
                response = try await http.respond(request, channel, logger)
            } catch let error as HTTPParserError {
                throw error
            } catch {
                logger.requestFailed(error)
                response = Response(status: .internalServerError)
            }
            try await writer.write(response: response.head, body: response.body)
        }
    }

    func run(_ connection: HTTPConnection) async {
        await channel.handle(value: connection, logger: logger)
    }
}
