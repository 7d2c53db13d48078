/// A text that is compared by its UTF-8 bytes, as in Redis and JavaScript.
///
/// Swift's strings are equal if they look alike (`é` as one scalar or as two). As names of samples and keys they would
/// make two names equal that Redis keeps apart.
struct ExactText: Hashable, Comparable, Sendable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (left: ExactText, right: ExactText) -> Bool {
        withBytes(of: left, right) { left, right in
            left.count == right.count && commonPrefix(left, right) == left.count
        }
    }

    static func < (left: ExactText, right: ExactText) -> Bool {
        withBytes(of: left, right) { left, right in
            let common = commonPrefix(left, right)
            guard common < left.count, common < right.count else { return left.count < right.count }
            return left[common] < right[common]
        }
    }

    func hash(into hasher: inout Hasher) {
        Self.withBytes(of: self) { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }

    /// The length of the common beginning of both, found eight bytes at a time.
    @inline(__always)
    private static func commonPrefix(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
        let count = min(left.count, right.count)
        let (leftRaw, rightRaw) = (UnsafeRawBufferPointer(left), UnsafeRawBufferPointer(right))
        var index = 0
        while index + 8 <= count,
            leftRaw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                == rightRaw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        {
            index += 8
        }
        while index < count, left[index] == right[index] { index += 1 }
        return index
    }

    @inline(__always)
    private static func withBytes<Result>(
        of left: ExactText, _ right: ExactText,
        _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        withBytes(of: left) { left in withBytes(of: right) { right in body(left, right) } }
    }

    /// Native strings give access to their bytes. Others (bridged ones) give a copy.
    @inline(__always)
    private static func withBytes<Result>(of name: ExactText, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result
    {
        name.text.utf8.withContiguousStorageIfAvailable(body) ?? Array(name.text.utf8).withUnsafeBufferPointer(body)
    }
}
