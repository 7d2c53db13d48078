import Dispatch
import Testing

@testable import StreamAssembly

/// The actor: the same rules behind an executor of its own or one that was given.
@Suite struct StreamAssemblerTests {
    @Test func `lives on an executor of its own where none is given`() async throws {
        let assembler = StreamAssembler(configuration: .make(try .make()))
        let emissions = await assembler.apply([.added(key: "sa:{a}:top", rows: [.make("x", t: 1)])], now: 0)
        #expect(emissions.map(\.sampleIDs) == [["x"]])
        #expect(await assembler.snapshot(.all).samples.map(\.id) == ["x"])
        #expect(await assembler.keys(.all).map(\.samples) == [1])
        await assembler.expire(now: 1e9)
        #expect(await assembler.statistics.samples == 0)
        #expect(await assembler.takeRejectionReports().isEmpty)
    }

    @Test func `is entered without a hop on the executor given`() async {
        let queue = DispatchQueue(label: "home")
        let assembler = StreamAssembler(configuration: .make(), executor: HomeExecutor(queue: queue))
        let seqs = await withCheckedContinuation { continuation in
            queue.async {
                let emissions = assembler.assumeIsolated {
                    $0.apply([.added(key: "sa:{a}:top", rows: [.make("x", t: 1)])], now: 0)
                }
                continuation.resume(returning: emissions.map(\.seq))
            }
        }
        #expect(seqs == [1])
        #expect(await assembler.statistics.seq == 1)
    }
}

/// Runs jobs on one serial queue, as an event loop would.
private final class HomeExecutor: SerialExecutor {
    private let queue: DispatchQueue

    init(queue: DispatchQueue) { self.queue = queue }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    func checkIsolated() { dispatchPrecondition(condition: .onQueue(queue)) }
}
