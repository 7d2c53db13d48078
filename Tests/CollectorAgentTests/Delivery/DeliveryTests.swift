import JSONBytes
import Probes
import RESP
import SampleContract
import Testing

@testable import CollectorAgent

@Suite struct DeliveryTests {
    private let key = "sa:{web-1}:top"
    private let wrongType = RESPServerError(code: "WRONGTYPE", message: "x")
    private let full = RESPServerError(code: "OOM", message: "x")

    private func sample(_ ms: Int64) -> OpenSample {
        let header = SampleHeader(
            id: SampleID(host: "web-1", probe: "top", startMs: 1, seq: 0), epochMs: ms, boot: nil, intervalMs: 1,
            dtMs: nil)
        var json = JSONWriter()
        json.beginObject()
        json.key("t")
        json.integer(ms)
        return OpenSample(header, json, tookUs: 1, flags: [])
    }

    private func connected(lateAfterMs: Int64 = 1000) -> Delivery {
        var delivery = Delivery(policy: PushPolicy(lateAfterMs: lateAfterMs))
        delivery.connected()
        return delivery
    }

    private func ns(_ ms: UInt64) -> UInt64 { ms * 1_000_000 }

    private func sent(_ route: Delivery.Route) throws -> PushBatch.Item {
        guard case .send(let item) = route else { throw Failure.notSent }
        return item
    }

    private func kept(_ route: Delivery.Route) throws -> [WaitingSample] {
        guard case .keep(let samples) = route else { throw Failure.notKept }
        return samples
    }

    private enum Failure: Error { case notSent, notKept }

    private func text(_ sample: WaitingSample) -> String { String(decoding: sample.bytes, as: UTF8.self) }

    @Test func `a clock that was set back clears the future at once, what waited and a clock never set clear nothing`()
        throws
    {
        var delivery = connected()
        let now: Int64 = 1_763_690_000_000
        let first = try sent(delivery.take(sample(now), key: key, nowNs: ns(1)))
        #expect(first.trims && first.futureAfterMs == now + 5000)
        let second = try sent(delivery.take(sample(now + 1000), key: key, nowNs: ns(2)))
        #expect(!second.trims && second.futureAfterMs == nil)
        let back = try sent(delivery.take(sample(now - 86_400_000), key: key, nowNs: ns(3)))
        #expect(back.trims && back.futureAfterMs == now - 86_400_000 + 5000)
        // Epoch 0 and a bit: no clock of today.
        let unset = try sent(delivery.take(sample(9000), key: key, nowNs: ns(4)))
        #expect(unset.trims && unset.futureAfterMs == nil)
        let kept = delivery.sendKept([WaitingSample(key: "sa:{h}:x", epochMs: now, bytes: [])])
        #expect(kept.items.map(\.trims) == [true] && kept.items[0].futureAfterMs == nil)
        delivery.doNotTrimFuture()
        #expect(try sent(delivery.take(sample(now), key: "sa:{h}:y", nowNs: ns(5))).futureAfterMs == nil)
    }

    @Test func `a sample is sent at once, unchanged, and counted when Redis has it`() throws {
        var delivery = connected()
        let item = try sent(delivery.take(sample(1), key: key, nowNs: ns(1)))
        #expect(item.sample == WaitingSample(key: key, epochMs: 1, bytes: sample(1).bytes))
        #expect((delivery.unanswered, delivery.stored) == (1, 0))
        delivery.finish(PushBatch(items: [item]), outcomes: [.stored])
        #expect((delivery.unanswered, delivery.stored) == (0, 1))
    }

    @Test func `without a connection a sample is kept and says backfill`() throws {
        var delivery = Delivery(policy: PushPolicy())
        let samples = try kept(delivery.take(sample(1), key: key, nowNs: ns(1)))
        #expect(samples.map(text) == [#"{"t":1,"tookUs":1,"flags":["backfill"]}"#])
    }

    @Test func `when an answer takes long, what was sent is kept unchanged and before what comes`() throws {
        var delivery = connected()
        let first = try sent(delivery.take(sample(1), key: key, nowNs: ns(1)))
        let second = try sent(delivery.take(sample(1001), key: key, nowNs: ns(1001)))
        let samples = try kept(delivery.take(sample(1002), key: key, nowNs: ns(1002)))
        #expect(samples.map(\.epochMs) == [1, 1001, 1002])
        #expect(samples.prefix(2).map(\.bytes) == [sample(1).bytes, sample(1001).bytes])
        #expect(samples.last.map(text)?.contains("backfill") == true)
        // Kept once: the next one alone.
        let next = try kept(delivery.take(sample(1500), key: key, nowNs: ns(1500)))
        #expect(next.map(\.epochMs) == [1500])
        // The answer comes after all: both will be sent again, and be counted then.
        delivery.finish(PushBatch(items: [first, second]), outcomes: [.stored, .stored])
        #expect(delivery.stored == 0)
        _ = try sent(delivery.take(sample(2000), key: key, nowNs: ns(2000)))
    }

    @Test func `what was not answered when the connection ends is kept unchanged`() throws {
        var delivery = connected()
        let items = try [1, 2].map { try sent(delivery.take(sample($0), key: key, nowNs: ns(1))) }
        delivery.finish(PushBatch(items: items), outcomes: [.stored, .tryAgain(full)])
        let waiting = delivery.disconnected()
        #expect(waiting == [WaitingSample(key: key, epochMs: 2, bytes: sample(2).bytes)])
        #expect(delivery.unanswered == 0)
        #expect(!delivery.isConnected)
    }

    @Test func `what was kept is sent one batch at a time, and not while an answer is late`() throws {
        var delivery = connected()
        #expect(delivery.keptBytesToSend(nowNs: ns(1)) == 65_536)
        let waiting = [WaitingSample(key: key, epochMs: 1, bytes: sample(1).bytes)]
        let batch = delivery.sendKept(waiting)
        #expect(batch.items.map(\.sample) == waiting)
        #expect(delivery.keptBytesToSend(nowNs: ns(1)) == nil)
        let done = delivery.finishKept(batch, outcomes: [.stored], startedNs: ns(1), nowNs: ns(2))
        #expect(done == 1)
        #expect(delivery.stored == 1)
        #expect(delivery.keptBytesToSend(nowNs: ns(2)) != nil)
        _ = delivery.take(sample(3), key: key, nowNs: ns(3))
        #expect(delivery.keptBytesToSend(nowNs: ns(1004)) == nil)
    }

    @Test func `only the first ones that are done with leave`() throws {
        var delivery = connected()
        let waiting = (1...4).map { WaitingSample(key: key, epochMs: $0, bytes: sample($0).bytes) }
        let batch = delivery.sendKept(waiting)
        let outcomes: [PushOutcome] = [.stored, .refused(wrongType), .tryAgain(full), .stored]
        let done = delivery.finishKept(batch, outcomes: outcomes, startedNs: 0, nowNs: 1)
        #expect(done == 2)
        #expect((delivery.stored, delivery.refused) == (1, 1))
    }

    @Test func `a loss is told by the next sample of its key, and counts again if that one is lost`() throws {
        var delivery = connected()
        delivery.lose(WaitingSample(key: key, epochMs: 1, bytes: []))
        delivery.lose(WaitingSample(key: key, epochMs: 2, lost: 3, bytes: []))
        #expect(delivery.dropped == 2)
        let other = try sent(delivery.take(sample(3), key: "sa:{web-1}:netstat", nowNs: 0))
        #expect(!text(other.sample).contains("lost"))
        let telling = try sent(delivery.take(sample(4), key: key, nowNs: 0))
        #expect(text(telling.sample) == #"{"t":4,"tookUs":1,"lost":5,"flags":[]}"#)
        #expect(telling.sample.lost == 5)
        delivery.finish(PushBatch(items: [telling]), outcomes: [.refused(wrongType)])
        let again = try sent(delivery.take(sample(5), key: key, nowNs: 0))
        #expect(again.sample.lost == 6)
        let silent = try sent(delivery.take(sample(6), key: key, nowNs: 0))
        #expect(silent.sample.lost == 0)
    }

    @Test func `the first and each thirtieth sample of a key trims, and the first after a reconnect`() throws {
        var delivery = connected()
        var trims: [Bool] = []
        for index in 0..<61 as Range<Int64> {
            let item = try sent(delivery.take(sample(index), key: key, nowNs: 0))
            let other = try sent(delivery.take(sample(index), key: "other", nowNs: 0))
            #expect(item.trims == other.trims)
            trims.append(item.trims)
        }
        #expect(trims.indices.filter { trims[$0] } == [0, 30, 60])
        _ = delivery.disconnected()
        delivery.connected()
        let first = try sent(delivery.take(sample(99), key: key, nowNs: 0))
        #expect(first.trims)
    }

    @Test func `a slow network gets smaller batches, a quick one larger, within bounds`() {
        var slow = DeliveryPace()
        slow.note(bytes: 65_536, ns: 1_000_000_000)
        #expect(slow.bytes == 16_384)
        var quick = DeliveryPace()
        for _ in 0..<10 { quick.note(bytes: quick.bytes, ns: 1_000_000) }
        #expect(quick.bytes == 1 << 20)
        quick.note(bytes: 1 << 20, ns: 200_000_000)
        #expect(quick.bytes == 1 << 19)
    }
}
