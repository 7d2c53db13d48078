import SeededRandom
import TestSupport
import Testing

@testable import StreamAssembly

/// Names compared by their bytes, beside the plain comparison of byte arrays.
@Suite struct ExactTextTests {
    @Test func `equality, order and hash are those of the bytes`() {
        var random = SeededGenerator(seed: 7)
        let parts = ["a", "b", "é", "e\u{301}", "web-1:", "😀", "12345678", "\u{0}"]
        var equal = 0
        for _ in 0..<20_000 {
            let texts = (0..<2).map { _ in
                (0..<Int.random(in: 0...3, using: &random)).map { _ in
                    parts[Int.random(in: 0..<parts.count, using: &random)]
                }.joined()
            }
            let (left, right) = (ExactText(texts[0]), ExactText(texts[1]))
            let (leftBytes, rightBytes) = (Array(texts[0].utf8), Array(texts[1].utf8))
            guard (left == right) == (leftBytes == rightBytes),
                (left < right) == leftBytes.lexicographicallyPrecedes(rightBytes),
                left != right || left.hashValue == right.hashValue
            else {
                Issue.record("\(leftBytes) and \(rightBytes)")
                return
            }
            equal += left == right ? 1 : 0
        }
        #expect(equal > 100)
    }
}
