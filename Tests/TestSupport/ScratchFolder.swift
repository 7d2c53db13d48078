import Glibc

/// A folder that is there for the time of one test.
enum ScratchFolder {
    static func with<Result>(_ body: (String) throws -> Result) throws -> Result {
        let folder = try make()
        defer { remove(folder) }
        return try body(folder)
    }

    static func with<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let folder = try make()
        defer { remove(folder) }
        return try await body(folder)
    }

    private struct Failure: Error { var errno: CInt }

    private static func make() throws -> String {
        var template = Array("/tmp/collector-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure(errno: errno) }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func remove(_ path: String) {
        if let directory = opendir(path) {
            while let entry = readdir(directory) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name != ".", name != ".." { remove("\(path)/\(name)") }
            }
            closedir(directory)
        }
        Glibc.remove(path)
    }
}
