/// Which keys are followed by their names, and what is known of the others.
///
/// A name has to be UTF-8, because JSON cannot name a key otherwise. And it may not be longer than ``longest``: every
/// client gets the names of all keys, so a long one would cost each of them.
struct SkippedNames {
    /// The longest name that is followed, in bytes.
    static let longest = 512
    private static let excerptBytes = 80

    /// How often a name that is not UTF-8 was met.
    private(set) var notUTF8: UInt64 = 0
    /// How often a name that is too long was met.
    private(set) var tooLong: UInt64 = 0
    /// The beginning of the last name that was too long.
    private(set) var excerpt = ""

    /// The name as text; nil, and counted, where the key is not followed.
    mutating func followed(_ name: ArraySlice<UInt8>) -> String? {
        guard name.count <= Self.longest else {
            tooLong += 1
            excerpt = String(decoding: name.prefix(Self.excerptBytes), as: UTF8.self) + "…"
            return nil
        }
        guard let text = String(validating: name, as: UTF8.self) else {
            notUTF8 += 1
            return nil
        }
        return text
    }

    /// Adds what was met elsewhere.
    mutating func take(_ other: SkippedNames) {
        notUTF8 += other.notUTF8
        guard other.tooLong > 0 else { return }
        tooLong += other.tooLong
        excerpt = other.excerpt
    }
}
