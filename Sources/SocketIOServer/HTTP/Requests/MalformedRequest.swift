import NIOHTTP1

/// Says what is wrong with bytes in which the decoder found no request (RFC 9112).
///
/// The decoder stops at the first byte that it does not like and names a rule of its own. People need the rule that
/// they broke, and programs the right status: a line that ends with LF alone is no other version of HTTP.
enum MalformedRequest {
    /// How much of a request has to be kept to tell; a line of the request itself is seldom longer.
    static let keptBytes = 1024

    /// - Parameters:
    ///   - error: What the decoder said.
    ///   - seen: The bytes of the request from its beginning, as far as they are kept. Requests that came with one read
    ///     stand before it.
    ///   - lineBytes: How long its first line is, as far as it is here.
    static func fault(_ error: HTTPParserError, seen: [UInt8], lineBytes: Int) -> RequestRules.Fault {
        if seen.starts(with: [0x16, 0x03]) {
            return RequestRules.Fault("this is TLS, and the port speaks plain HTTP")
        }
        if error == .headerOverflow {
            let isTarget = lineBytes > longestLine
            return isTarget ? RequestRules.Fault("the target is too long", .uriTooLong, "too-large") : .headerTooLarge
        }
        let lines = seen.split(separator: lineFeed, omittingEmptySubsequences: true)
        if lines.contains(where: isOfOtherVersion) { return otherProtocol }
        switch error {
        // The decoder knows the methods of RTSP too, and stops once it reads that this is HTTP.
        case .invalidMethod where lines.first.map(isRequestLine) == true,
            .invalidConstant where lines.first.map(beginsRequest) == true:
            return RequestRules.Fault("no such method; their names are in upper case", .notImplemented)
        case .invalidContentLength, .unexpectedContentLength:
            return RequestRules.Fault("Content-Length is one whole number, and not beside Transfer-Encoding")
        case .invalidChunkSize:
            return RequestRules.Fault("a chunk begins with its length in hex and a line end")
        default: break
        }
        // RFC 9112 §2.2 lets a server take LF alone; where two readers on the way differ in it, requests are smuggled.
        if hasBareLineFeed(seen) { return RequestRules.Fault("a line ends with CR and LF, not with LF alone") }
        switch error {
        case .invalidHeaderToken, .lfExpected, .strictModeAssertion:
            return RequestRules.Fault(
                "a header line is NAME: VALUE, without spaces before the colon, on one line, with CR and LF at its end")
        case .invalidMethod, .invalidVersion, .invalidURL, .invalidConstant, .invalidHost, .invalidPort, .invalidPath,
            .invalidQueryString, .invalidFragment:
            return RequestRules.Fault("the request line is METHOD PATH HTTP/1.1")
        default: return RequestRules.Fault("malformed HTTP request")
        }
    }

    /// RFC 9110 §15.6.6.
    static let otherProtocol = RequestRules.Fault(
        "the version is HTTP/1.1 or HTTP/1.0", .httpVersionNotSupported)

    /// Looks for the line that a request began with. The decoder takes RTSP and ICE for HTTP and does not say so.
    ///
    /// A body before it may hold a line that is the same but for the protocol, so HTTP's own line counts first.
    /// - Returns: whether the line names HTTP, and how many of the bytes end with it; nil if it is not there.
    static func line(
        of head: HTTPRequestHead, in bytes: some RandomAccessCollection<UInt8>
    ) -> (isHTTP: Bool, end: Int)? {
        let version = "/\(head.version.major).\(head.version.minor)"
        var (rest, end) = (bytes[...], 0)
        var other: Int?
        while !rest.isEmpty {
            let line = rest.prefix { $0 != lineFeed }
            rest = rest.dropFirst(line.count + 1)
            end += line.count + 1
            let words = line.split { $0 == UInt8(ascii: " ") || $0 == carriageReturn }
            guard words.count == 3, words[0].elementsEqual(head.method.rawValue.utf8),
                words[1].elementsEqual(head.uri.utf8), words[2].suffix(version.utf8.count).elementsEqual(version.utf8)
            else { continue }
            if words[2].starts(with: "HTTP/".utf8) { return (true, end) }
            other = other ?? end
        }
        return other.map { (false, $0) }
    }

    /// RFC 9112 §3: a request line of 8000 bytes is to be read; one that is longer leaves no room for a header.
    private static let longestLine = 8000
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    private static func hasBareLineFeed(_ bytes: [UInt8]) -> Bool {
        // Empty lines before a request are let through (RFC 9112 §2.2).
        let text = bytes.drop { $0 == lineFeed || $0 == carriageReturn }
        return text.indices.contains { text[$0] == lineFeed && text[$0 - 1] != carriageReturn }
    }

    /// `METHOD TARGET HTTP/d.d`, whatever the method and the version.
    private static func isRequestLine(_ line: ArraySlice<UInt8>) -> Bool { version(of: line) != nil }

    /// `METHOD TARGET HTTP`, and perhaps a slash and more: the decoder does not wait for the slash.
    private static func beginsRequest(_ line: ArraySlice<UInt8>) -> Bool {
        let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
        return words.count == 3 && !words[0].isEmpty && words[0].allSatisfy(isTokenByte) && !words[1].isEmpty
            && words[2].count >= 4 && "HTTP/".utf8.starts(with: words[2].prefix(5))
    }

    private static func isOfOtherVersion(_ line: ArraySlice<UInt8>) -> Bool {
        version(of: line).map { $0 != "1.1" && $0 != "1.0" } ?? false
    }

    /// RFC 9112 §3: a token, a target without spaces, and `HTTP/` with two digits.
    private static func version(of line: ArraySlice<UInt8>) -> String? {
        let text = line.last == carriageReturn ? line.dropLast() : line
        let words = text.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard words.count == 3, !words[0].isEmpty, words[0].allSatisfy(isTokenByte), !words[1].isEmpty else {
            return nil
        }
        let name = Array("HTTP/".utf8)
        let digits = Array(words[2].dropFirst(name.count))
        guard words[2].starts(with: name), digits.count == 3, digits[1] == UInt8(ascii: "."),
            [digits[0], digits[2]].allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return String(decoding: digits, as: UTF8.self)
    }

    /// RFC 9110 §5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), 0x30...0x39: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
