/// The beginning of untrusted bytes, made fit for a log line or a message.
enum Excerpt {
    private static let bytesAtMost = 80

    /// The first 80 bytes; what is not visible ASCII, and the backslash, stands as `\xNN`.
    static func of(_ bytes: some Sequence<UInt8>) -> String {
        bytes.prefix(bytesAtMost).map { byte in
            switch byte {
            case 0x20...0x5b, 0x5d...0x7e: return String(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16)
                return #"\x"# + (digits.count == 1 ? "0" : "") + digits
            }
        }.joined()
    }
}
