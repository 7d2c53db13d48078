import FoundationEssentials
import NIOCore
import NIOHTTP1
import Synchronization

/// The files of the official client, which the server can serve below its path: `/socket.io/socket.io.js` and the
/// others.
///
/// ```swift
/// configuration.clientFiles = try ClientFiles(folder: "web/vendor")   // socket.io.min.js lies there
/// ```
/// The library contains no files. They are in `client-dist` of the package `socket.io`. If only the minified script is
/// there, it is also the answer for `socket.io.js`.
public struct ClientFiles: Sendable {
    /// The names that the official server serves.
    public static let names = ["socket.io", "socket.io.min", "socket.io.msgpack.min", "socket.io.esm.min"]
        .flatMap { ["\($0).js", "\($0).js.map"] }

    /// The folder has none of the files.
    public struct NoFiles: Error, Sendable, Equatable, CustomStringConvertible {
        /// The folder that was searched.
        public let folder: String

        /// Says what is missing, and where.
        public var description: String { "\(folder) holds none of \(names.joined(separator: ", "))" }
    }

    private let contents: @Sendable (String) -> [UInt8]?
    private let compressed = CompressedFiles()

    /// Reads the files of a folder once. Other files in it are not served.
    ///
    /// - Throws: ``NoFiles``.
    public init(folder: String) throws(NoFiles) {
        var files: [String: [UInt8]] = [:]
        for name in Self.names {
            if let bytes = try? Data(contentsOf: URL(filePath: "\(folder)/\(name)")) { files[name] = Array(bytes) }
        }
        guard !files.isEmpty else { throw NoFiles(folder: folder) }
        if files["socket.io.js"] == nil { files["socket.io.js"] = files["socket.io.min.js"] }
        let read = files
        contents = { read[$0] }
    }

    /// Asks the closure for the bytes each time one of ``names`` is requested. Nil means that there is no such file.
    public init(_ contents: @escaping @Sendable (_ name: String) -> [UInt8]?) { self.contents = contents }

    /// The answer to a request below the Socket.IO path; nil if it asks for none of the files.
    func answer(_ head: HTTPRequestHead, path: String) -> GateResponse? {
        let requested = head.uri.prefix { $0 != "?" }
        guard requested.hasPrefix(path), case let name = String(requested.dropFirst(path.count)),
            Self.names.contains(name), let bytes = contents(name)
        else { return nil }
        guard head.method == .GET || head.method == .HEAD else {
            return GateResponse(status: .methodNotAllowed, headers: [GateResponse.Header("allow", "GET, HEAD")])
        }
        let plain = Self.tag(of: bytes)
        let gzip = compressed.gzip(of: bytes, named: name, tag: plain)
        let sent = AcceptedEncodings(head.headers).prefersGzip ? gzip : nil
        // Another coding is another representation (RFC 9110 §8.8.3.3).
        let tag = sent == nil ? plain : "\(plain.dropLast())-gzip\""
        let type = name.hasSuffix(".map") ? "application/json" : "application/javascript; charset=utf-8"
        var headers = [
            GateResponse.Header("content-type", type), GateResponse.Header("cache-control", "public, max-age=0"),
            GateResponse.Header("etag", tag),
        ]
        if gzip != nil { headers.append(GateResponse.Header("vary", "accept-encoding")) }
        if head.headers[canonicalForm: "if-none-match"].contains(where: { Self.isSame($0, tag) }) {
            return GateResponse(status: .notModified, headers: headers, hasLength: false)
        }
        guard let sent else { return GateResponse(status: .ok, headers: headers, body: [ByteBuffer(bytes: bytes)]) }
        headers.append(GateResponse.Header("content-encoding", "gzip"))
        return GateResponse(status: .ok, headers: headers, body: [sent])
    }

    /// FNV-1a over the bytes, so that another file has another tag.
    private static func tag(of bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return "\"\(String(hash, radix: 16))-\(bytes.count)\""
    }

    /// RFC 9110 §13.1.2: weak comparison.
    private static func isSame(_ given: Substring, _ tag: String) -> Bool {
        let given = given.trimmingPrefix { $0 == " " }
        return given == "*" || given == tag || given == "W/\(tag)"
    }
}

/// The compressed forms of the files, each made once.
private final class CompressedFiles: Sendable {
    private struct Form {
        let tag: String
        let gzip: ByteBuffer?
    }

    private let forms = Mutex<[String: Form]>([:])

    /// Nil if the file is small or does not shrink.
    func gzip(of bytes: [UInt8], named name: String, tag: String) -> ByteBuffer? {
        guard bytes.count >= Gzip.leastBytes else { return nil }
        return forms.withLock { forms in
            if let known = forms[name], known.tag == tag { return known.gzip }
            let form = Form(tag: tag, gzip: Gzip.compress([ByteBuffer(bytes: bytes)]))
            forms[name] = form
            return form.gzip
        }
    }
}
