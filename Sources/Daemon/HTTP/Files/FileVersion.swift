import HTTPTypes
import SocketIOServer

/// Which content of a file is meant, as caches know it, and what a request asks about it (RFC 9110 §8.8, §13).
struct FileVersion: Hashable {
    let size: Int
    let modifiedSecond: Int
    let modifiedNanosecond: Int

    enum Verdict: Equatable { case proceed, notModified, failed }

    /// A strong one: a file that changes within a nanosecond and keeps its size is none of ours.
    var tag: String {
        "\"\(String(modifiedSecond, radix: 16))\(String(modifiedNanosecond, radix: 16))-\(String(size, radix: 16))\""
    }

    var lastModified: String { DateHeader.format(modifiedSecond) }

    /// In the order of §13.2.2.
    func verdict(on fields: HTTPFields) -> Verdict {
        if let match = fields[.ifMatch] {
            guard names(match, weakly: false) else { return .failed }
        } else if let since = fields[.ifUnmodifiedSince].flatMap(DateHeader.parse), modifiedSecond > since {
            return .failed
        }
        if let match = fields[.ifNoneMatch] { return names(match, weakly: true) ? .notModified : .proceed }
        guard let since = fields[.ifModifiedSince].flatMap(DateHeader.parse) else { return .proceed }
        return modifiedSecond <= since ? .notModified : .proceed
    }

    /// Whether a range may be given: the client's part is of this very content (§13.1.5).
    func allowsRange(_ fields: HTTPFields) -> Bool {
        guard let condition = fields[.ifRange] else { return true }
        return condition == tag || condition == lastModified
    }

    private func names(_ list: String, weakly: Bool) -> Bool {
        list.split(separator: ",").contains { element in
            let element = element.filter { $0 != " " && $0 != "\t" }
            return element == "*" || element == tag || (weakly && element == "W/" + tag)
        }
    }
}
