internal import Glibc

/// A folder that is there for the time of one test.
package enum ScratchFolder {
    package static func with<Result>(_ body: (String) throws -> Result) throws -> Result {
        let folder = try make()
        defer { remove(folder) }
        return try body(folder)
    }

    package static func with<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let folder = try make()
        defer { remove(folder) }
        return try await body(folder)
    }

    private struct Failure: Error { var errno: CInt }

    /// Whoever calls this calls ``remove(_:)``.
    package static func make() throws -> String {
        var template = Array("/tmp/streamassembler-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure(errno: errno) }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Removes a file, or a folder with everything in it. Of a link only the link.
    package static func remove(_ path: String) {
        guard Glibc.remove(path) != 0, errno == ENOTEMPTY || errno == EEXIST, let directory = opendir(path) else {
            return
        }
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { remove("\(path)/\(name)") }
        }
        closedir(directory)
        Glibc.remove(path)
    }
}
