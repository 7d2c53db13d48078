/// `/etc/passwd`: names of users by number (passwd(5)); no other name service is asked.
package struct UserNames: KernelFile, Sendable, Equatable {
    package static let path = "etc/passwd"

    /// As ``NameText``: different names are different texts.
    private var names: [UInt32: String] = [:]

    package init() {}

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(separator: UInt8(ascii: ":"), maxSplits: 3, omittingEmptySubsequences: false)
            guard fields.count == 4, let uid = UInt32(String(decoding: fields[2], as: UTF8.self)) else { continue }
            if names[uid] == nil { names[uid] = NameText.string(fields[0]) }
        }
    }

    /// The user's name, or the number where it has none.
    package subscript(uid: UInt32) -> String {
        names[uid] ?? String(uid)
    }
}
