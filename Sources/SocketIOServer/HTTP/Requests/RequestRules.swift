import NIOHTTP1

/// The rules that every request has to follow (RFC 9110, RFC 9112), except those that the decoder checks.
enum RequestRules {
    /// Why a request is refused without a further look.
    struct Fault: Error, Equatable {
        let status: HTTPResponseStatus
        /// A word for programs.
        let code: String
        let message: String

        init(_ message: String, _ status: HTTPResponseStatus = .badRequest, _ code: String = "bad-request") {
            self.message = message
            self.status = status
            self.code = code
        }

        static let headerTooLarge = Fault(
            "the request's header is too large", .requestHeaderFieldsTooLarge, "too-large")
    }

    /// The request as it is passed on: its target is path and query, and `Host` is the host that it names.
    static func checked(_ head: HTTPRequestHead) throws(Fault) -> HTTPRequestHead {
        let hosts = head.headers["host"]
        guard hosts.count <= 1 else { throw Fault("more than one Host header") }
        // RFC 9112 §3.2: every request of HTTP/1.1 has one, even if it is empty.
        guard hosts.count == 1 || head.isHTTP10 else { throw Fault("no Host header") }
        guard hosts.allSatisfy({ $0.isEmpty || Authority($0) != nil }) else { throw Fault("Host is no authority") }
        guard head.headers["origin"].count <= 1 else { throw Fault("more than one Origin header") }
        // §6.1: if two readers could see different ends of the body, this may be request smuggling.
        let isChunked = head.headers.contains(name: "transfer-encoding")
        guard !isChunked || !head.isHTTP10 else { throw Fault("Transfer-Encoding in HTTP/1.0") }
        guard !isChunked || !head.headers.contains(name: "content-length") else {
            throw Fault("Content-Length beside Transfer-Encoding")
        }
        let codings = head.headers[canonicalForm: "transfer-encoding"].map { $0.lowercased() }
        guard !isChunked || !codings.isEmpty else { throw Fault("Transfer-Encoding is empty") }
        guard codings.allSatisfy({ $0 == "chunked" }) else {
            throw Fault("the only transfer coding is chunked", .notImplemented)
        }
        guard head.headers[canonicalForm: "expect"].allSatisfy({ $0.lowercased() == "100-continue" }) else {
            throw Fault("the only expectation is 100-continue", .expectationFailed)
        }
        return try normalized(head)
    }

    /// RFC 9112 §3.2: the host of an absolute target replaces `Host`.
    private static func normalized(_ head: HTTPRequestHead) throws(Fault) -> HTTPRequestHead {
        guard head.uri.utf8.allSatisfy({ (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "#") }) else {
            throw Fault("bytes that may not stand in a target")
        }
        if head.uri.hasPrefix("/") || (head.uri == "*" && head.method == .OPTIONS) || head.method == .CONNECT {
            return head
        }
        guard let colon = head.uri.firstIndex(of: ":"), head.uri[colon...].hasPrefix("://") else {
            throw Fault("the target is no path")
        }
        guard ["http", "https"].contains(head.uri[..<colon].lowercased()) else {
            throw Fault("the target's scheme is http or https")
        }
        let rest = head.uri[colon...].dropFirst(3)
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        guard Authority(rest[..<end]) != nil else { throw Fault("the target's host is no authority") }
        var head = head
        head.headers.replaceOrAdd(name: "host", value: String(rest[..<end]))
        head.uri = rest[end...].hasPrefix("/") ? String(rest[end...]) : "/" + rest[end...]
        return head
    }
}

extension HTTPRequestHead {
    var isHTTP10: Bool { version.major == 1 && version.minor == 0 }

    /// Whether the client waits for "100 Continue" before it sends the body (RFC 9110 §10.1.1).
    var expectsContinue: Bool { !isHTTP10 && headers.contains(name: "expect") }
}
