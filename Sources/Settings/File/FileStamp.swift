import Glibc

/// What one look at a file finds. If two looks find the same, the file has not changed between them. Links are followed,
/// so another target is a change, too.
package struct FileStamp: Sendable, Equatable {
    private var device: UInt64 = 0
    private var inode: UInt64 = 0
    private var size: Int64 = 0
    private var seconds: Int64 = 0
    private var nanoseconds: Int64 = 0

    /// All zero where the file is not there.
    package init(of path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        // The time of the last change of content, owner or mode, which nobody can set back.
        seconds = Int64(status.st_ctim.tv_sec)
        nanoseconds = Int64(status.st_ctim.tv_nsec)
    }

    /// One of its own, for tests.
    package init(number: Int64) { seconds = number }
}
