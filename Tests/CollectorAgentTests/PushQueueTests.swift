import CollectorAgent
import Probes
import RESP
import Testing

@Suite struct PushQueueTests {
    private func sample(_ ms: Int64, probe: String = "top", bytes: Int = 20) -> EncodedSample {
        let text = "{\"t\":\(ms),\"flags\":[]}"
        return EncodedSample(
            probe: probe, epochMs: ms,
            bytes: Array(text.utf8) + [UInt8](repeating: 32, count: max(0, bytes - text.utf8.count)))
    }

    private func next(_ queue: inout PushQueue, _ nowMs: Int64) throws -> PushBatch {
        let batch = queue.nextBatch(nowMs: nowMs)
        return try #require(batch)
    }

    private func stored(_ batch: PushBatch) -> [PushOutcome] { batch.items.map { _ in .stored } }

    @Test func `sends in order and forgets what Redis has`() throws {
        var queue = PushQueue(policy: PushPolicy())
        for ms in [1, 2, 3] as [Int64] { queue.append(sample(ms)) }
        let batch = try next(&queue, 3)
        #expect(batch.items.map(\.sample.epochMs) == [1, 2, 3])
        queue.finish(batch, outcomes: stored(batch))
        #expect(queue.count == 0)
        #expect(queue.bytes == 0)
        #expect(queue.stored == 3)
        #expect(queue.nextBatch(nowMs: 3) == nil)
    }

    @Test func `keeps the newest samples within both bounds and counts the others`() throws {
        var queue = PushQueue(policy: PushPolicy(queuedSamples: 5))
        for ms in 1...8 as ClosedRange<Int64> { queue.append(sample(ms)) }
        #expect(queue.nextBatch(nowMs: 8)?.items.map(\.sample.epochMs) == [4, 5, 6, 7, 8])
        #expect(queue.dropped == 3)
        var small = PushQueue(policy: PushPolicy(queuedBytes: 100))
        for ms in 1...4 as ClosedRange<Int64> { small.append(sample(ms, bytes: 40)) }
        #expect(small.count == 2)
        #expect(small.bytes == 80)
        #expect(small.dropped == 2)
        // One sample always fits: a bound that nothing passes would send nothing.
        small.append(sample(9, bytes: 500))
        #expect(small.count == 1)
    }

    @Test func `what failed is sent again, unchanged and before the newer ones`() throws {
        var queue = PushQueue(policy: PushPolicy())
        queue.append(sample(1))
        let first = try next(&queue, 1)
        queue.append(sample(60_000))
        let again = try next(&queue, 60_000)
        #expect(again.items.map(\.sample.epochMs) == [1, 60_000])
        #expect(again.items.first?.sample == first.items.first?.sample)
    }

    @Test func `an answer to the first of two leaves the second`() throws {
        var queue = PushQueue(policy: PushPolicy())
        for ms in [1, 2] as [Int64] { queue.append(sample(ms)) }
        let batch = try next(&queue, 2)
        queue.finish(batch, outcomes: [.stored])
        #expect(queue.nextBatch(nowMs: 2)?.items.map(\.sample.epochMs) == [2])
    }

    @Test func `an answer to samples dropped meanwhile removes no other`() throws {
        var queue = PushQueue(policy: PushPolicy(queuedSamples: 2))
        queue.append(sample(1))
        let batch = try next(&queue, 1)
        for ms in [2, 3] as [Int64] { queue.append(sample(ms)) }
        queue.finish(batch, outcomes: [.stored])
        #expect(queue.nextBatch(nowMs: 3)?.items.map(\.sample.epochMs) == [2, 3])
    }

    @Test func `only what is first sent late says backfill`() throws {
        var queue = PushQueue(policy: PushPolicy(lateAfterMs: 1000))
        for ms in [1000, 4000] as [Int64] { queue.append(sample(ms)) }
        let batch = try next(&queue, 5000)
        let texts = batch.items.map { String(decoding: $0.sample.bytes, as: UTF8.self) }
        #expect(texts == [#"{"t":1000,"flags":["backfill"]}"#, #"{"t":4000,"flags":[]}"#])
        queue.finish(batch, outcomes: stored(batch))
        #expect(queue.bytes == 0)
    }

    @Test func `the first and each thirtieth sample of a key trims, and the first after a reconnect`() throws {
        var queue = PushQueue(policy: PushPolicy())
        var trims: [Bool] = []
        for index in 0..<61 as Range<Int64> {
            queue.append(sample(index))
            queue.append(sample(index, probe: "netstat"))
            let batch = try next(&queue, index)
            #expect(batch.items.first?.trims == batch.items.last?.trims)
            trims += batch.items.prefix(1).map(\.trims)
            queue.finish(batch, outcomes: stored(batch))
        }
        #expect(trims.indices.filter { trims[$0] } == [0, 30, 60])
        queue.append(sample(99))
        #expect(queue.nextBatch(nowMs: 99)?.items.map(\.trims) == [false])
        queue.connected()
        #expect(queue.nextBatch(nowMs: 99)?.items.map(\.trims) == [true])
    }

    @Test func `a batch is bounded`() {
        var queue = PushQueue(policy: PushPolicy())
        for ms in 0..<200 as Range<Int64> { queue.append(sample(ms)) }
        #expect(queue.nextBatch(nowMs: 0)?.items.count == 64)
        var large = PushQueue(policy: PushPolicy())
        for ms in 0..<10 as Range<Int64> { large.append(sample(ms, bytes: 400_000)) }
        #expect(large.nextBatch(nowMs: 0)?.items.count == 3)
    }

    @Test func `a refused sample is counted and given up, one to try again stays`() throws {
        var queue = PushQueue(policy: PushPolicy())
        for ms in [1, 2] as [Int64] { queue.append(sample(ms)) }
        let batch = try next(&queue, 1)
        let wrong = RESPServerError(code: "WRONGTYPE", message: "x")
        queue.finish(batch, outcomes: [.refused(wrong), .tryAgain(RESPServerError(code: "OOM", message: "x"))])
        #expect(queue.refused == 1)
        #expect(queue.stored == 0)
        #expect(queue.count == 1)
    }
}
