import Hummingbird

/// What a file is, as its name says.
struct MediaKind {
    /// The value of `Content-Type`.
    let type: String

    init(_ name: String) {
        let end = name.split(separator: ".").last.flatMap { MediaType.FileExtension(String($0)) }
        type = end.flatMap { MediaType.getMediaType(forExtension: $0) }?.description ?? "application/octet-stream"
    }

    /// Whether it is text. Pictures and fonts are compressed already.
    var isCompressible: Bool {
        type.hasPrefix("text/") || ["javascript", "json", "xml"].contains { type.contains($0) }
    }
}
