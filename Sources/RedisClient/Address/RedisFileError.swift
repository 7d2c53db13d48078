/// A file of ours that cannot be used for a connection; the description names it and never its content.
package struct RedisFileError: Error, Sendable, Hashable, CustomStringConvertible {
    package let path: String
    package let reason: String

    package var description: String { "'\(path)' \(reason)" }
}
