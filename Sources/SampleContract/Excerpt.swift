/// The beginning of untrusted bytes, made fit for a log line or a message.
package enum Excerpt {
    /// The first bytes; what is not visible ASCII, and the backslash, stands as `\xNN`. `mark` follows where the text is
    /// cut.
    package static func of(_ bytes: some Collection<UInt8>, limit: Int = 80, mark: String = "") -> String {
        var text = ""
        for byte in bytes.prefix(limit) {
            switch byte {
            case 0x20...0x5b, 0x5d...0x7e: text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += escape(byte)
            }
        }
        return bytes.count > limit ? text + mark : text
    }

    /// A byte as `\xNN`.
    static func escape(_ byte: UInt8) -> String {
        #"\x"# + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
}
