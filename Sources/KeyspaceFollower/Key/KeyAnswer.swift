internal import StreamAssembly

/// What Redis answered to a ``KeyRead``.
enum KeyAnswer: Equatable {
    case count(Int)
    /// Ascending, in Redis' own order: by score, then by the bytes of the member.
    case rows([Row])
    /// The key holds another type.
    case wrongType
    /// Any other error reply, or a reply of an unexpected form: says nothing about the key.
    case refused(code: String, message: String)
}
