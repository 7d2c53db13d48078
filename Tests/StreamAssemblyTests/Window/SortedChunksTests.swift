import SeededRandom
import TestSupport
import Testing

@testable import StreamAssembly

/// The ordered collection under the window, beside a sorted array.
@Suite struct SortedChunksTests {
    private func check(_ chunks: SortedChunks<Int>, is expected: [Int]) -> Bool {
        chunks.chunks.flatMap { $0 } == expected && chunks.count == expected.count
            && chunks.chunks.allSatisfy { !$0.isEmpty } && chunks.first == expected.first
            && chunks.last == expected.last
            && chunks.isEmpty == expected.isEmpty
    }

    @Test(arguments: [2, 3, 8])
    func `agrees with a sorted array over random steps`(chunkLength: Int) {
        var random = SeededGenerator(seed: UInt64(chunkLength))
        var chunks = SortedChunks<Int>(chunkLength: chunkLength)
        var naive: [Int] = []
        for step in 0..<5000 {
            let element = Int.random(in: 0..<60, using: &random)
            let index = naive.firstIndex { $0 >= element } ?? naive.count
            let isThere = index < naive.count && naive[index] == element
            if Bool.random(using: &random) {
                #expect(chunks.insert(element) == !isThere)
                if !isThere { naive.insert(element, at: index) }
            } else {
                #expect(chunks.remove(element) == isThere)
                if isThere { naive.remove(at: index) }
            }
            let limit = Int.random(in: 0..<70, using: &random)
            #expect(chunks.newest(limit) == Array(naive.reversed().prefix(limit)))
            guard check(chunks, is: naive), chunks.chunks.allSatisfy({ $0.count <= chunkLength }) else {
                Issue.record("step \(step): \(chunks.chunks), expected \(naive)")
                return
            }
        }
    }

    @Test func `every order of five elements ends sorted, and every order of removal ends empty`() {
        func permutations(_ elements: [Int]) -> [[Int]] {
            guard elements.count > 1 else { return [elements] }
            return elements.flatMap { first in permutations(elements.filter { $0 != first }).map { [first] + $0 } }
        }
        for insertion in permutations([1, 2, 3, 4, 5]) {
            var chunks = SortedChunks<Int>(chunkLength: 2)
            for element in insertion { chunks.insert(element) }
            #expect(check(chunks, is: [1, 2, 3, 4, 5]))
            for element in insertion.reversed() {
                let removed = chunks.remove(element)
                #expect(removed)
            }
            #expect(check(chunks, is: []))
        }
    }
}
