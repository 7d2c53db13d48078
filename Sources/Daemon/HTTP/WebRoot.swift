import Glibc

/// Finds the folder that holds the dashboard.
enum WebRoot {
    /// The first folder with an `index.html` among: `configured` alone where it is given; else `web/` beside the
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
