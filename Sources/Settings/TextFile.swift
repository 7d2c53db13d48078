import Foundation

/// Reads whole text files.
package enum TextFile {
    /// Why a file could not be read.
    package struct Unreadable: Error, Equatable, CustomStringConvertible {
        package let description: String
    }

    package static func read(_ path: String) throws(Unreadable) -> String {
        do {
            return try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw Unreadable(
                description: FileManager.default.fileExists(atPath: path)
                    ? "no permission, or not UTF-8" : "no such file")
        }
    }
}
