import Glibc
import TestSupport
import Testing

@testable import CollectorAgent

@Suite struct WaitingQueueTests {
    private static let key = "sa:{web-1}:top"

    private func sample(_ number: Int, bytes: Int = 100) -> WaitingSample {
        WaitingSample(
            key: Self.key, epochMs: 1_000_000 + Int64(number), bytes: [UInt8](repeating: 65, count: bytes))
    }

    private func queue(
        _ folder: String? = nil, limits: WaitingLimits = WaitingLimits(), atMs ms: UInt64 = 0,
        epochMs: Int64 = 1_000_000
    ) -> WaitingQueue {
        guard let folder else {
            return WaitingQueue(limits: limits, openSpool: nil, nowNs: ms * 1_000_000, nowEpochMs: epochMs)
        }
        return WaitingQueue(
            limits: limits, openSpool: { () throws(SpoolError) in try Spool(folder: folder) }, nowNs: ms * 1_000_000,
            nowEpochMs: epochMs)
    }

    private func put(_ numbers: Range<Int>, into queue: WaitingQueue, atMs ms: UInt64 = 0) {
        for number in numbers {
            queue.append([sample(number)], nowNs: ms * 1_000_000, nowEpochMs: 1_000_000)
        }
    }

    private func numbers(_ samples: [WaitingSample]) -> [Int] { samples.map { Int($0.epochMs - 1_000_000) } }

    @Test(arguments: [false, true])
    func `gives the oldest first and forgets what was sent`(onDisk: Bool) throws {
        try ScratchFolder.with { folder in
            let queue = queue(onDisk ? folder : nil)
            put(0..<5, into: queue)
            #expect(numbers(queue.first(bytes: 250)) == [0, 1])
            #expect(numbers(queue.first(bytes: 1)) == [0])
            queue.removeFirst(2)
            #expect(numbers(queue.first(bytes: 10_000)) == [2, 3, 4])
            #expect((queue.count, queue.bytes, queue.removed) == (3, 300, 2))
        }
    }

    @Test(arguments: [false, true])
    func `past the bound of bytes the oldest give way, but one always fits`(onDisk: Bool) throws {
        try ScratchFolder.with { folder in
            let queue = queue(onDisk ? folder : nil, limits: WaitingLimits(bytes: 350))
            put(0..<5, into: queue)
            #expect(numbers(queue.first(bytes: 10_000)) == [2, 3, 4])
            #expect(numbers(queue.takeLosses().samples) == [0, 1])
            queue.append([sample(9, bytes: 1000)], nowNs: 0, nowEpochMs: 1_000_000)
            #expect(queue.count == 1)
        }
    }

    @Test(arguments: [false, true])
    func `what waits too long goes, by a clock that is never set`(onDisk: Bool) throws {
        try ScratchFolder.with { folder in
            let queue = queue(onDisk ? folder : nil, limits: WaitingLimits(ageMs: 10_000))
            put(0..<2, into: queue, atMs: 1000)
            put(2..<4, into: queue, atMs: 9000)
            queue.tend(nowNs: 11_000_000_000, nowEpochMs: 99_000_000)
            #expect(queue.count == 4)
            queue.tend(nowNs: 11_000_000_001, nowEpochMs: -5)
            #expect(numbers(queue.first(bytes: 10_000)) == [2, 3])
            #expect(numbers(queue.takeLosses().samples) == [0, 1])
        }
    }

    @Test func `goes on with what the last run left, as old as its samples say`() throws {
        try ScratchFolder.with { folder in
            let limits = WaitingLimits(ageMs: 10_000)
            let first = queue(folder, limits: limits)
            put(0..<3, into: first)
            first.close()
            let second = queue(folder, limits: limits, atMs: 500, epochMs: 1_009_000)
            #expect(numbers(second.first(bytes: 10_000)) == [0, 1, 2])
            second.close()
            let late = queue(folder, limits: limits, atMs: 500, epochMs: 1_010_002)
            #expect(numbers(late.first(bytes: 10_000)) == [2])
            #expect(numbers(late.takeLosses().samples) == [0, 1])
            late.close()
            // A clock that was set back makes nothing older.
            let early = queue(folder, limits: limits, epochMs: 5)
            #expect(early.count == 1)
        }
    }

    @Test func `while the spool cannot be had samples wait in memory, then move there in order`() throws {
        try ScratchFolder.with { folder in
            let path = "\(folder)/spool"
            let file = open(path, O_CREAT | O_WRONLY, 0o600)
            close(file)
            let queue = queue(path)
            put(0..<2, into: queue)
            #expect(queue.spoolFailure == .system(operation: "open", path: "\(path)/lock", errno: ENOTDIR))
            #expect(numbers(queue.first(bytes: 10_000)) == [0, 1])
            unlink(path)
            put(2..<3, into: queue, atMs: 4999)
            #expect(queue.spoolFailure != nil)
            put(3..<4, into: queue, atMs: 5000)
            #expect(queue.spoolFailure == nil)
            queue.close()
            #expect(numbers(self.queue(path).first(bytes: 10_000)) == [0, 1, 2, 3])
        }
    }

    @Test func `a record that was damaged on disk is left out and told`() throws {
        try ScratchFolder.with { folder in
            let queue = queue(folder)
            put(0..<3, into: queue)
            let path = SpoolSegment.path(in: folder, number: 1)
            let descriptor = open(path, O_WRONLY)
            #expect(pwrite(descriptor, "x", 1, 100) == 1)
            close(descriptor)
            #expect(numbers(queue.first(bytes: 10_000)) == [1, 2])
            #expect(queue.takeLosses().unreadable.count == 1)
        }
    }
}
