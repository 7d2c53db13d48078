public import Hummingbird
package import HummingbirdCore
package import Logging
package import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1
public import SocketIOServer

extension HTTPService {
    /// Hands requests to a Hummingbird responder, for example `router.buildResponder()`.
    public init<Responder: HTTPResponder>(_ responder: Responder)
    where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
        self.init { request, channel, logger in
            let source = ApplicationRequestContextSource(channel: channel, logger: logger)
            return try await responder.respond(to: request, context: Responder.Context(source: source))
        }
    }

    /// Hands requests to a closure. An error is logged and answered with 500.
    package init(respond: @escaping @Sendable (Request, any Channel, Logger) async throws -> Response) {
        self.init { channel, logger in
            let requests = HTTP1Channel { request, writer, channel in
                let response: Response
                do {
                    response = try await respond(request, channel, logger)
                } catch let error as HTTPParserError {
                    throw error
                } catch {
                    logger.error("request failed", metadata: ["error": .string(String(describing: error))])
                    response = Response(status: .internalServerError)
                }
                try await writer.write(response: response.head, body: response.body)
            }
            let connection = try HTTPConnection.open(channel)
            return { await requests.handle(value: connection, logger: logger) }
        }
    }
}

/// A connection's ordinary requests on their way to Hummingbird, one after another.
typealias HTTPConnection = HTTP1Channel.Value

extension HTTPConnection {
    /// Sits after the gate of the Socket.IO server.
    static func open(_ channel: any Channel) throws -> HTTPConnection {
        try channel.pipeline.syncOperations.addHandler(HTTP1ToHTTPServerCodec(secure: false))
        return try HTTPConnection(
            wrappingChannelSynchronously: channel,
            // If nobody reads a body yet, it should wait in the kernel, not here.
            configuration: .init(
                backPressureStrategy: .init(lowWatermark: 1, highWatermark: 3), isOutboundHalfClosureEnabled: true))
    }
}
