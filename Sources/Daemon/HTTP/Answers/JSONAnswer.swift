import HTTPTypes
import Hummingbird
import JSONBytes
import NIOCore

/// Answers in JSON.
enum JSONAnswer {
    static func bytes(_ bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    static func text(_ body: String, type: String = "text/plain; charset=utf-8") -> Response {
        Response(
            status: .ok, headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
    }

    /// 429: the client asked for more than it may have now.
    static func busy(_ message: String, retryAfter seconds: Int) -> Response {
        var response = error(.tooManyRequests, code: "busy", message: message)
        response.headers[.retryAfter] = String(seconds)
        return response
    }

    /// `{"error": {"code", "message"}}`
    static func error(_ status: HTTPResponse.Status, code: String, message: String) -> Response {
        var writer = JSONWriter(reservingCapacity: 128)
        writer.beginObject()
        writer.key("error")
        writer.raw(ErrorObject.encode(code: code, message: message))
        writer.endObject()
        return bytes(writer.bytes, status: status)
    }
}

/// `{"code", "message"}`: the form of an error, over HTTP and in acks.
enum ErrorObject {
    static func encode(code: String, message: String) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 96)
        writer.beginObject()
        writer.key("code")
        writer.string(code)
        writer.key("message")
        writer.string(message)
        writer.endObject()
        return writer.bytes
    }
}
