import Glibc

/// What the system knows of a file.
package struct FileFacts: Sendable {
    package let isRegular: Bool
    package let size: Int
    package let modifiedSecond: Int
    package let modifiedNanosecond: Int

    /// Of what the path leads to; nil, and `errno` set, where that cannot be known.
    package init?(path: String) {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return nil }
        self.init(facts)
    }

    /// Of an open file.
    package init?(descriptor: CInt) {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { return nil }
        self.init(facts)
    }

    private init(_ facts: stat) {
        isRegular = facts.st_mode & S_IFMT == S_IFREG
        size = Int(facts.st_size)
        modifiedSecond = Int(facts.st_mtim.tv_sec)
        modifiedNanosecond = Int(facts.st_mtim.tv_nsec)
    }
}
