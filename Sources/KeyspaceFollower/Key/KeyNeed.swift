/// How closely a key has to be looked at, least first.
enum KeyNeed: Int, Comparable {
    /// Something may have been added: count what is known, read what is above it.
    case probe
    /// The same, and look whether the lowest members are still the believed ones.
    case thorough
    /// Anything may have happened: read the whole window.
    case full

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
