import Glibc

/// Finds programs.
enum ExecutableSearch {
    /// A program that the demo needs is not there.
    struct Missing: Error, CustomStringConvertible {
        let name: String
        let remedy: String

        var description: String { "\(name): not found; \(remedy)" }
    }

    /// The path of this process's own executable (`/proc/self/exe`, proc(5)).
    static func own() -> String {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let length = buffer.withUnsafeMutableBytes { bytes in
            bytes.baseAddress.map { readlink("/proc/self/exe", $0.assumingMemoryBound(to: CChar.self), bytes.count) }
                ?? -1
        }
        return length > 0 ? String(decoding: buffer.prefix(length), as: UTF8.self) : CommandLine.arguments[0]
    }

    /// Finds `name` in the folder of `executable`, and then in those of `path` (in the form of the variable PATH).
    static func find(
        _ name: String, beside executable: String, path: String, remedy: String,
        isExecutable: (String) -> Bool = { access($0, X_OK) == 0 }
    ) throws(Missing) -> String {
        let folder = executable.lastIndex(of: "/").map { String(executable[..<$0]) } ?? "."
        let folders = [folder] + path.split(separator: ":").map(String.init)
        guard let found = folders.map({ "\($0)/\(name)" }).first(where: isExecutable) else {
            throw Missing(name: name, remedy: remedy)
        }
        return found
    }
}
