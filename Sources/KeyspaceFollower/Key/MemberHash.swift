/// A 64-bit hash over the bytes of a member, seeded per process so that nobody can prepare two members with one hash.
enum MemberHash {
    static func hash(_ member: [UInt8]) -> UInt64 {
        var hasher = Hasher()
        member.withUnsafeBytes { hasher.combine(bytes: $0) }
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }
}
