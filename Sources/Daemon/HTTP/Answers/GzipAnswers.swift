import HTTPTypes
import Hummingbird
import NIOCore
import SocketIOServer

/// Compresses the answers of its routes for clients that accept gzip (RFC 9110 §8.4).
///
/// An answer whose length is known is compressed whole, if it has at least 1 KiB and becomes smaller. An answer that is
/// made while the client takes it is compressed piece by piece: what was written can be read at once.
struct GzipAnswers<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let response = try await next(request, context)
        guard response.status == .ok, response.headers[.contentEncoding] == nil else { return response }
        let isAccepted = AcceptedEncodings(request.headers[values: .acceptEncoding]).prefersGzip
        guard let length = response.body.contentLength else {
            return isAccepted ? Self.streamed(response) : Self.varying(response)
        }
        guard length >= Gzip.leastBytes else { return response }
        return isAccepted ? try await Self.whole(response) : Self.varying(response)
    }

    @concurrent private static func whole(_ response: Response) async throws -> Response {
        let collected = CollectedBody()
        try await response.body.write(collected)
        let bytes = collected.bytes
        var response = varying(response)
        guard let small = Gzip.compress([bytes]) else {
            response.body = ResponseBody(byteBuffer: bytes)
            return response
        }
        response.headers[.contentEncoding] = "gzip"
        response.headers[.contentLength] = String(small.readableBytes)
        response.body = ResponseBody(byteBuffer: small)
        return response
    }

    private static func streamed(_ response: Response) -> Response {
        let body = response.body
        var response = varying(response)
        response.headers[.contentEncoding] = "gzip"
        response.body = ResponseBody { writer in try await body.write(try GzipWriter(writer)) }
        return response
    }

    private static func varying(_ response: Response) -> Response {
        var response = response
        response.headers[.vary] = "accept-encoding"
        return response
    }
}

/// Compresses a body on its way, and flushes each piece.
private struct GzipWriter: ResponseBodyWriter {
    private struct NoMemory: Error {}

    private var writer: any ResponseBodyWriter
    private let deflater: Deflater

    init(_ writer: any ResponseBodyWriter) throws {
        // Each answer has one for as long as its reader takes: 160 KiB in place of 256.
        guard let deflater = Deflater(.gzip, memory: 6) else { throw NoMemory() }
        self.writer = writer
        self.deflater = deflater
    }

    @concurrent mutating func write(_ buffer: ByteBuffer) async throws {
        guard buffer.readableBytes > 0 else { return }
        try await writer.write(deflater.append(buffer, .flushed))
    }

    @concurrent consuming func finish(_ trailingHeaders: HTTPFields?) async throws {
        try await writer.write(deflater.append(ByteBuffer(), .whole))
        try await writer.finish(trailingHeaders)
    }
}

/// Collects a body that is in memory already.
private final class CollectedBody: ResponseBodyWriter {
    private(set) var bytes = ByteBuffer()

    @concurrent func write(_ buffer: ByteBuffer) async throws { bytes.writeImmutableBuffer(buffer) }

    @concurrent func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
