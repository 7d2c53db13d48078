import Settings
import Testing

@testable import Daemon

@Suite struct FileStampsTests {
    private static func stamps(_ numbers: [Int64]) -> [FileStamp] { numbers.map { FileStamp(number: $0) } }

    /// What each look finds in two files, and whether they are read then.
    private func reads(_ looks: [[Int64]]) -> [Bool] {
        var files = FileStamps(used: Self.stamps([1, 1]))
        return looks.map { files.look(Self.stamps($0)) }
    }

    @Test func `files that do not change are not read`() {
        #expect(reads([[1, 1], [1, 1]]) == [false, false])
    }

    @Test func `changed files are read once they rest, and once only`() {
        #expect(reads([[2, 1], [2, 2], [2, 2], [2, 2]]) == [false, false, true, false])
    }

    @Test func `a file that comes back as it was is no change`() {
        #expect(reads([[2, 1], [1, 1], [1, 1]]) == [false, false, false])
    }

    @Test func `files that are gone and come back are read each time`() {
        #expect(reads([[0, 1], [0, 1], [2, 1], [2, 1]]) == [false, true, false, true])
    }

    @Test func `files that were read for another reason are not read again`() {
        var files = FileStamps(used: Self.stamps([1]))
        files.read(Self.stamps([2]))
        let reads = (0..<2).map { _ in files.look(Self.stamps([2])) }
        #expect(reads == [false, false])
    }
}
