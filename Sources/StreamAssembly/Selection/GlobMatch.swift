/// One comparison of a pattern with a text.
///
/// A pattern is a beginning, an end, and pieces between stars. The beginning and the end have their places in the text.
/// A piece is looked for from the left: where it fits first, the most is left for the next. So nothing is tried twice.
struct GlobMatch {
    typealias Bytes = UnsafeBufferPointer<UInt8>

    private static let star = UInt8(ascii: "*")
    private static let any = UInt8(ascii: "?")
    /// Pieces of up to so many bytes are tried at each place of the text.
    static let shortPiece = 8
    private let pattern: Bytes
    private let text: Bytes
    /// What is left of both.
    private var (inPattern, inText): (Range<Int>, Range<Int>)
    /// Steps that were made, of about a nanosecond.
    private(set) var work = 15

    init(_ pattern: Bytes, _ text: Bytes) {
        (self.pattern, self.text) = (pattern, text)
        (inPattern, inText) = (0..<pattern.count, 0..<text.count)
    }

    mutating func decide() -> Bool {
        let verdict = matchEnds()
        work += pattern.count - inPattern.count
        guard verdict == nil else { return verdict == true }
        // The rest of the pattern begins and ends with a star.
        var place = inPattern.lowerBound
        while place < inPattern.upperBound {
            let start = place
            while place < inPattern.upperBound, pattern[place] != Self.star { place += 1 }
            let piece = start..<place
            place += 1
            if piece.isEmpty { continue }
            guard piece.count <= Self.shortPiece ? findShort(piece) : find(piece) else { return false }
        }
        return true
    }

    /// Takes the beginning and the end off both. Nil if pieces are left to look for.
    private mutating func matchEnds() -> Bool? {
        var (first, end) = (0, pattern.count)
        var (start, stop) = (0, text.count)
        defer { (inPattern, inText) = (first..<end, start..<max(start, stop)) }
        while first < end, pattern[first] != Self.star {
            guard start < stop, pattern[first] == Self.any || pattern[first] == text[start] else { return false }
            start += 1
            // One character, not one byte.
            if pattern[first] == Self.any { while start < stop, Self.continues(text[start]) { start += 1 } }
            first += 1
        }
        guard first < end else { return start == stop }
        while pattern[end - 1] != Self.star {
            if pattern[end - 1] == Self.any { while start < stop, Self.continues(text[stop - 1]) { stop -= 1 } }
            guard start < stop, pattern[end - 1] == Self.any || pattern[end - 1] == text[stop - 1] else { return false }
            stop -= 1
            end -= 1
        }
        return pattern[first..<end].allSatisfy { $0 == Self.star } ? true : nil
    }

    /// Drops the text up to the end of the piece where it fits first.
    private mutating func findShort(_ piece: Range<Int>) -> Bool {
        for start in inText {
            var place = start
            var isFitting = true
            for byte in piece where isFitting {
                work += 1
                guard place < inText.upperBound, pattern[byte] == Self.any || pattern[byte] == text[place] else {
                    isFitting = false
                    continue
                }
                place += 1
                if pattern[byte] == Self.any { place = endOfCharacter(place) }
            }
            guard isFitting else { continue }
            inText = place..<inText.upperBound
            return true
        }
        return false
    }

    /// The same for a longer piece. It takes one pass over the text, with a bit for each beginning of the piece that ends
    /// here (Baeza-Yates and Gonnet, "A new approach to text searching", 1992).
    private mutating func find(_ piece: Range<Int>) -> Bool {
        let words = (piece.count + 63) / 64
        let before = inText.lowerBound
        defer { work += 50 * words + piece.count + 2 * words * (inText.lowerBound - before) }
        // For each byte: where it stands in the piece. Behind these: where any character may stand, and the state.
        let end = withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 258 * words) { table -> Int? in
            table.initialize(repeating: 0)
            for place in 0..<piece.count {
                let byte = pattern[piece.lowerBound + place]
                table[(byte == Self.any ? 256 : Int(byte)) * words + place / 64] |= 1 << UInt64(place % 64)
            }
            let (anywhere, state) = (256 * words, 257 * words)
            let accept = UInt64(1) << UInt64((piece.count - 1) % 64)
            for place in inText {
                let byte = text[place]
                let isContinued = Self.continues(byte)
                var carry: UInt64 = 1
                for word in 0..<words {
                    let (before, wild) = (table[state + word], table[anywhere + word])
                    let fitting = table[Int(byte) * words + word] | (isContinued ? 0 : wild)
                    table[state + word] = ((before << 1 | carry) & fitting) | (isContinued ? before & wild : 0)
                    carry = before >> 63
                }
                if table[state + words - 1] & accept != 0 { return place + 1 }
            }
            return nil
        }
        let isCut = pattern[piece.upperBound - 1] == Self.any
        let next = end.map { isCut ? endOfCharacter($0) : $0 } ?? inText.upperBound
        inText = next..<inText.upperBound
        return end != nil
    }

    private func endOfCharacter(_ place: Int) -> Int {
        var end = place
        while end < inText.upperBound, Self.continues(text[end]) { end += 1 }
        return end
    }

    /// Whether the byte goes on with a character that has begun.
    private static func continues(_ byte: UInt8) -> Bool { byte & 0xc0 == 0x80 }
}
