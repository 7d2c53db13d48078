import Settings

/// Tells when some files have changed and are whole again.
///
/// A certificate and its key are two files, which are written one after the other. So a change counts once two looks in
/// a row find the same.
struct FileStamps: Sendable, Equatable {
    private var used: [FileStamp]
    private var seen: [FileStamp]

    init(used: [FileStamp]) {
        self.used = used
        seen = used
    }

    /// Whether to read the files. They count as read then, whether they can be used or not.
    mutating func look(_ found: [FileStamp]) -> Bool {
        defer { seen = found }
        guard found != used, found == seen else { return false }
        used = found
        return true
    }

    /// They are read for another reason.
    mutating func read(_ found: [FileStamp]) { (used, seen) = (found, found) }
}
