import SortedSearch

/// A sorted collection of unique elements in chunks of bounded length.
///
/// Insert, remove and look-up compare O(log n) elements and move at most one chunk (a constant number); a chunk is split
/// or dropped once in some `chunkLength / 2` steps, which moves n / `chunkLength` references. Both ends are O(1) to read.
struct SortedChunks<Element: Comparable & Sendable>: Sendable {
    private let chunkLength: Int
    /// None is empty; each is sorted, and all of one come before all of the next.
    private(set) var chunks: [[Element]] = []
    private(set) var count = 0
    /// How often two elements were compared, since the start: a door for tests that no step costs more than it says.
    private(set) var comparisons = 0

    init(chunkLength: Int = 256) {
        self.chunkLength = max(2, chunkLength)
    }

    var isEmpty: Bool { count == 0 }
    var first: Element? { chunks.first?.first }
    var last: Element? { chunks.last?.last }

    /// - Returns: `false` if an equal element is there already.
    @discardableResult
    mutating func insert(_ element: Element) -> Bool {
        guard let lastChunk = chunks.indices.last else {
            chunks.append([element])
            count = 1
            return true
        }
        // Most elements come in order: the end is tried first.
        comparisons += 1
        let chunk = chunks[lastChunk].last.map { $0 < element } == true ? lastChunk : chunkIndex(for: element)
        let index = lowerBound(of: element, inChunk: chunk)
        if index < chunks[chunk].count, chunks[chunk][index] == element { return false }
        chunks[chunk].insert(element, at: index)
        count += 1
        if chunks[chunk].count > chunkLength { split(chunk) }
        return true
    }

    /// - Returns: `false` if there is no such element.
    @discardableResult
    mutating func remove(_ element: Element) -> Bool {
        guard !chunks.isEmpty else { return false }
        let chunk = chunkIndex(for: element)
        let index = lowerBound(of: element, inChunk: chunk)
        guard index < chunks[chunk].count, chunks[chunk][index] == element else { return false }
        chunks[chunk].remove(at: index)
        count -= 1
        if chunks[chunk].isEmpty { chunks.remove(at: chunk) }
        return true
    }

    /// The `limit` greatest elements, the greatest first. O(limit).
    func newest(_ limit: Int) -> [Element] {
        var result: [Element] = []
        result.reserveCapacity(min(limit, count))
        for chunk in chunks.reversed() {
            for element in chunk.reversed() {
                guard result.count < limit else { return result }
                result.append(element)
            }
        }
        return result
    }

    /// The greatest elements, the greatest first, down to the first that is not wanted. O(result).
    func newest(while isWanted: (Element) -> Bool) -> [Element] {
        var result: [Element] = []
        for chunk in chunks.reversed() {
            for element in chunk.reversed() {
                guard isWanted(element) else { return result }
                result.append(element)
            }
        }
        return result
    }

    /// The elements one by one, the greatest first. A value of its own: later changes do not show.
    var newestFirst: some IteratorProtocol<Element> & Sendable {
        NewestFirst(chunks: chunks, chunk: chunks.count - 1, index: chunks.last?.count ?? 0)
    }

    private struct NewestFirst: IteratorProtocol, Sendable {
        let chunks: [[Element]]
        var chunk: Int
        var index: Int

        mutating func next() -> Element? {
            if index == 0 {
                chunk -= 1
                guard chunk >= 0 else { return nil }
                index = chunks[chunk].count
            }
            guard chunk >= 0 else { return nil }
            index -= 1
            return chunks[chunk][index]
        }
    }

    /// The elements behind one that need not be there, the smallest first. A value of its own: later changes do not
    /// show. O(log n) to begin with.
    func ascending(after element: Element) -> Ascending {
        let chunk = chunks.partitionPoint { $0.last.map { element < $0 } ?? false }
        guard chunk < chunks.count else { return Ascending(chunks: chunks, chunk: chunk, index: 0) }
        return Ascending(chunks: chunks, chunk: chunk, index: chunks[chunk].partitionPoint { element < $0 })
    }

    struct Ascending: IteratorProtocol, Sendable {
        fileprivate let chunks: [[Element]]
        fileprivate var chunk: Int
        fileprivate var index: Int

        mutating func next() -> Element? {
            guard chunk < chunks.count else { return nil }
            let element = chunks[chunk][index]
            index += 1
            if index == chunks[chunk].count { (chunk, index) = (chunk + 1, 0) }
            return element
        }
    }

    /// The first chunk whose last element is not below `element`, or the last one.
    private mutating func chunkIndex(for element: Element) -> Int {
        var steps = 0
        defer { comparisons += steps }
        return chunks.dropLast().partitionPoint { chunk in
            steps += 1
            return chunk.last.map { $0 >= element } ?? true
        }
    }

    private mutating func lowerBound(of element: Element, inChunk chunk: Int) -> Int {
        var steps = 0
        defer { comparisons += steps }
        return chunks[chunk].partitionPoint { other in
            steps += 1
            return other >= element
        }
    }

    private mutating func split(_ index: Int) {
        let half = chunks[index].count / 2
        chunks.insert(Array(chunks[index][half...]), at: index + 1)
        chunks[index].removeSubrange(half...)
    }
}
