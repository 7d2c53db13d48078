/// A text that is equal to another, or before it, by its UTF-8 bytes, as Redis and JavaScript compare.
///
/// Swift's strings are equal if they look alike (`é` as one scalar or as two): as names of samples and keys they would
/// take two for one.
struct ExactText: Hashable, Comparable, Sendable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (left: ExactText, right: ExactText) -> Bool {
        // Equal bytes are a special case of equal strings, and those are compared fast.
        left.text == right.text && left.text.utf8.count == right.text.utf8.count
            && left.text.utf8.elementsEqual(right.text.utf8)
    }

    static func < (left: ExactText, right: ExactText) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        let hashed: Void? = text.utf8.withContiguousStorageIfAvailable { hasher.combine(bytes: .init($0)) }
        if hashed == nil { for byte in text.utf8 { hasher.combine(byte) } }
    }
}
