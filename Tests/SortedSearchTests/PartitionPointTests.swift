import SortedSearch
import Testing

@Suite struct PartitionPointTests {
    @Test func `finds what a walk finds, in every sorted array of up to five digits`() {
        var arrays: [[Int]] = [[]]
        for _ in 0..<5 {
            arrays += arrays.flatMap { array in ((array.last ?? 0)...3).map { array + [$0] } }
        }
        #expect(Set(arrays).count == 126)
        for array in Set(arrays) {
            for bound in -1...4 {
                #expect(
                    array.partitionPoint { $0 > bound } == array.firstIndex { $0 > bound } ?? array.endIndex,
                    "the first above \(bound) in \(array)")
                #expect(
                    array.partitionPoint { $0 >= bound } == array.firstIndex { $0 >= bound } ?? array.endIndex,
                    "the first not below \(bound) in \(array)")
            }
        }
    }

    @Test func `a slice is searched with its own indices`() {
        let slice = [9, 1, 3, 5, 0][1..<4]
        #expect(slice.partitionPoint { $0 >= 3 } == 2)
        #expect(slice.partitionPoint { $0 >= 9 } == 4)
        #expect(slice.partitionPoint { _ in true } == 1)
    }

    @Test(arguments: [1, 2, 3, 1000, 1 << 20])
    func `asks no more often than the logarithm says`(count: Int) {
        var asked = 0
        let numbers = 0..<count
        let found = numbers.partitionPoint { number in
            asked += 1
            return number >= count / 3
        }
        #expect(found == count / 3)
        #expect(asked <= Int.bitWidth - count.leadingZeroBitCount)
    }
}
