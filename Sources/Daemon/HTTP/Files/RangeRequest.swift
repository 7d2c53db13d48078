/// The header `Range` (RFC 9110 §14.2).
enum RangeRequest: Equatable {
    /// There is none, or it has to be ignored: another unit, not a range, or several ranges.
    case whole
    /// These bytes, at least one.
    case part(Range<Int>)
    /// The file has none of these bytes.
    case unsatisfiable

    init(_ header: String?, size: Int) {
        guard let header, let equals = header.firstIndex(of: "="),
            header[..<equals].trimmed.lowercased() == "bytes"
        else {
            self = .whole
            return
        }
        let parts = header[header.index(after: equals)...].split(separator: ",", omittingEmptySubsequences: false)
            .map(\.trimmed).filter { !$0.isEmpty }
        let ranges = parts.map { Self.range($0, size: size) }
        guard !ranges.isEmpty, !ranges.contains(where: { $0 == nil }) else {
            self = .whole
            return
        }
        let satisfiable = ranges.compactMap { $0 }.filter { !$0.isEmpty }
        switch (satisfiable.first, satisfiable.count) {
        case (nil, _): self = .unsatisfiable
        case (let range?, 1): self = .part(range)
        // A server may ignore requests that cost more than they save. No page of ours asks for several ranges.
        case (_?, _): self = .whole
        }
    }

    /// One range; empty if the file has none of its bytes, and nil if the text is not a range.
    private static func range(_ text: Substring, size: Int) -> Range<Int>? {
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard ends.count == 2, ends.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else {
            return nil
        }
        switch (ends[0].isEmpty, ends[1].isEmpty) {
        case (true, true): return nil
        case (true, false): return size - min(size, number(ends[1]))..<size
        case (false, true):
            let first = number(ends[0])
            return min(first, size)..<size
        case (false, false):
            let (first, last) = (number(ends[0]), number(ends[1]))
            guard first <= last else { return nil }
            return first < size ? first..<min(size, last == .max ? last : last + 1) : size..<size
        }
    }

    /// Reads digits. A number that is too large becomes the largest integer.
    private static func number(_ digits: Substring) -> Int { Int(digits) ?? .max }
}

extension Substring {
    /// Without white space around it (RFC 9110 §5.6.3).
    fileprivate var trimmed: Substring {
        var rest = self.drop { $0 == " " || $0 == "\t" }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return rest
    }
}
