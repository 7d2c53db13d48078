import Glibc
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import SocketIOServer

/// Serves the dashboard: the page, what it loads, and the official client under its own path.
struct StaticFiles<Context: RequestContext>: RouterMiddleware {
    private let folder: Folder

    init(webRoot: String) { folder = Folder(webRoot) }

    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard request.method == .get || request.method == .head, let path = Self.path(request.uri.path) else {
            return try await next(request, context)
        }
        do {
            guard let path = path.file else { throw Folder.Failure.notFound }
            let folder = folder
            let file = try await NIOThreadPool.singleton.runIfActive { try folder.file(path) }
            return answer(request, file, path)
        } catch Folder.Failure.notFound {
            return JSONAnswer.error(.notFound, code: "not-found", message: "no such file")
        } catch {
            context.logger.debug("cannot read a file of the page", metadata: ["error": .string("\(error)")])
            return JSONAnswer.error(.serviceUnavailable, code: "unavailable", message: "the file cannot be read now")
        }
    }

    /// Nil if another route answers the request.
    private static func path(_ path: String) -> (file: AssetPath?, Void)? {
        switch path {
        case "/": return (AssetPath(ours: "index.html"), ())
        case "/socket.io/socket.io.min.js", "/socket.io/socket.io.js":
            return (AssetPath(ours: "vendor/socket.io.min.js"), ())
        default: return path.hasPrefix("/assets/") ? (AssetPath(path.dropFirst("/assets/".count)), ()) : nil
        }
    }

    private func answer(_ request: Request, _ plain: Folder.File, _ path: AssetPath) -> Response {
        let file = Self.form(of: plain, for: request)
        var headers: HTTPFields = [
            .eTag: file.version.tag, .lastModified: file.version.lastModified, .acceptRanges: "bytes",
            // Checked on each load. A new version of the page shows at once, and the old one only costs a 304.
            .cacheControl: "no-cache",
        ]
        if plain.isCompressible { headers[.vary] = "accept-encoding" }
        // Pages of allowed origins may load it as a script.
        if path.relative == "vendor/socket.io.min.js", let name = HTTPField.Name("cross-origin-resource-policy") {
            headers[name] = "cross-origin"
        }
        switch file.version.verdict(on: request.headers) {
        case .proceed: break
        case .notModified:
            headers[.contentLength] = String(file.version.size)
            return Response(status: .notModified, headers: headers)
        case .failed: return Response(status: .preconditionFailed, headers: headers)
        }
        headers[.contentType] = MediaKind(path.relative).type
        if file.version.isCompressed { headers[.contentEncoding] = "gzip" }
        let isPartial = request.method == .get && file.version.allowsRange(request.headers)
        switch RangeRequest(isPartial ? request.headers[.range] : nil, size: file.version.size) {
        case .whole:
            return respond(.ok, headers, file, 0..<file.version.size, request)
        case .part(let range):
            headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(file.version.size)"
            return respond(.partialContent, headers, file, range, request)
        case .unsatisfiable:
            headers[.contentRange] = "bytes */\(file.version.size)"
            headers[.contentType] = nil
            return Response(status: .rangeNotSatisfiable, headers: headers)
        }
    }

    /// The compressed form if the client accepts it. Parts are always of the plain file.
    private static func form(of file: Folder.File, for request: Request) -> Folder.File {
        let isPart = request.method == .get && request.headers[.range] != nil
        guard !isPart, AcceptedEncodings(request.headers[values: .acceptEncoding]).prefersGzip else { return file }
        return file.compressed ?? file
    }

    private func respond(
        _ status: HTTPResponse.Status, _ headers: HTTPFields, _ file: Folder.File, _ range: Range<Int>,
        _ request: Request
    ) -> Response {
        var headers = headers
        headers[.contentLength] = String(range.count)
        guard request.method == .get else { return Response(status: status, headers: headers) }
        switch file.content {
        case .bytes(let bytes, _):
            let part = bytes.getSlice(at: bytes.readerIndex + range.lowerBound, length: range.count) ?? ByteBuffer()
            return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: part))
        case .large(let path):
            return Response(status: status, headers: headers, body: Self.body(path, file.version, range))
        }
    }

    /// A large file, sent a piece at a time as the client takes them.
    private static func body(_ path: String, _ version: FileVersion, _ range: Range<Int>) -> ResponseBody {
        ResponseBody(contentLength: range.count) { writer in
            for start in stride(from: range.lowerBound, to: range.upperBound, by: pieceBytes) {
                let piece = start..<min(range.upperBound, start + pieceBytes)
                let bytes = try await NIOThreadPool.singleton.runIfActive {
                    let file = try OpenFile(path)
                    // The promised bytes cannot come from another file.
                    guard try file.version() == version else { throw Folder.Failure.notFound }
                    return try file.read(piece)
                }
                try await writer.write(ByteBuffer(bytes: bytes))
            }
            try await writer.finish(nil)
        }
    }

    private static var pieceBytes: Int { 64 << 10 }
}

/// Finds the folder that holds the dashboard.
enum WebRoot {
    /// The folder `configured` if it is given. Otherwise the first with an `index.html` of these: `web/` beside the
    /// executable or in a folder above it (a source checkout), `../share/streamassembler/web`, and `./web`.
    ///
    /// - Parameter holdsFile: whether a path names a readable file.
    static func find(
        configured: String?, executable: String, holdsFile: (String) -> Bool = { access($0, R_OK) == 0 }
    ) -> String? {
        let candidates: [String]
        if let configured {
            candidates = [configured]
        } else {
            var folders: [String] = []
            var folder = executable[...]
            while let slash = folder.lastIndex(of: "/") {
                folder = folder[..<slash]
                folders.append("\(folder)/web")
            }
            candidates = folders.prefix(5) + ["\(parent(of: parent(of: executable)))/share/streamassembler/web", "web"]
        }
        return candidates.first { holdsFile("\($0)/index.html") }
    }

    private static func parent(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }
}
