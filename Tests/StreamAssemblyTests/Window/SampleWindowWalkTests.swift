import SeededRandom
import TestSupport
import Testing

@testable import StreamAssembly

/// A long seeded walk beside the naive window: the same outcome, the same content, every invariant, at every step.
@Suite struct SampleWindowWalkTests {
    private static let keys = ["sa:{a}:top", "sa:{a}:net", "sa:{b}:top", "sa:{c}:top", "sa:x", "sa:y"]

    private struct Tally {
        var added = 0
        var replaced = 0
        var duplicates = 0
        var belowFloor = 0
        var removed = 0
    }

    /// - Parameter sealing: nil where nothing is sealed: only then do bytes count as they came.
    struct Walk: Sendable {
        let seed: UInt64
        let samples: Int
        var bytes = 10_000
        let perKey: Int
        var keyBytes = 0
        var kept = 0
        var sealing: Sealing?
    }

    @Test(arguments: [
        Walk(seed: 1, samples: 12, perKey: 5),
        Walk(seed: 2, samples: 20, bytes: 150, perKey: 20),
        Walk(seed: 3, samples: 16, bytes: 250, perKey: 4, keyBytes: 20),
        Walk(seed: 4, samples: 2, bytes: 25, perKey: 1),
        Walk(seed: 5, samples: 16, perKey: 16, keyBytes: 1, kept: 3),
        Walk(seed: 6, samples: 30, bytes: 400, perKey: 8, keyBytes: 30, kept: 2),
        Walk(seed: 7, samples: 40, perKey: 25, kept: 4, sealing: .make()),
        Walk(seed: 8, samples: 30, perKey: 12, sealing: .make(unsealed: 0, samples: 1, mergedSamples: 3)),
        Walk(seed: 9, samples: 50, perKey: 30, kept: 2, sealing: .make(unsealed: 2, samples: 3, mergedSamples: 6)),
        Walk(
            seed: 11, samples: 60, perKey: 30, kept: 2,
            sealing: .make(samples: 6, mergedSamples: 12, isSpread: true)),
        Walk(seed: 10, samples: 50, perKey: 30, kept: 1, sealing: .make(bytes: 20, mergedBytes: 100)),
    ])
    func `thousands of random steps agree with the naive window`(_ walk: Walk) async throws {
        var random = SeededGenerator(seed: walk.seed)
        let limits = try WindowLimits.make(
            samples: walk.samples, bytes: walk.bytes, ageMs: 40, perKey: walk.perKey, keyBytes: walk.keyBytes,
            kept: walk.kept)
        var window = SampleWindow(limits: limits, sealing: walk.sealing ?? .none)
        var naive = NaiveWindow(limits: limits)
        var tally = Tally()
        var now = 1000.0
        var members: [(RowID, String)] = []
        for step in 0..<(walk.sealing == nil ? 10_000 : 2_000) {
            // Others test beside it.
            await Task.yield()
            /// The age holds where the step was told the time.
            var agesCountedFrom = 0.0
            if Int.random(in: 0..<4, using: &random) == 0 { now += 1 }
            // Now and then the clock is set back.
            if Int.random(in: 0..<500, using: &random) == 0 { now -= 5 }
            // Two keys of one host, one key each of two others, and two that name no host.
            let key = Self.keys.randomElement(using: &random) ?? ""
            switch Int.random(in: 0..<100, using: &random) {
            case 0: #expect(window.removeKey(key) == naive.removeKey(key))
            case 1..<8:
                guard let (row, itsKey) = members.randomElement(using: &random) else { continue }
                let removed = window.remove(row, of: itsKey)
                #expect(removed == naive.remove(row, of: itsKey))
                tally.removed += removed == nil ? 0 : 1
            case 8..<12:
                window.expire(now: now)
                naive.expire(now: now)
                agesCountedFrom = now
            default:
                let t = now + Double(Int.random(in: -45...4, using: &random))
                let id = "s\(Int.random(in: 0..<(walk.sealing == nil ? 10 : 60), using: &random))"
                let size = Int.random(in: 1...30, using: &random)
                let sample =
                    walk.sealing != nil && size % 2 == 0
                    ? Sample.detailed(id, t: t, key: key, places: size % 8, size: size, hash: UInt64(step))
                    : Sample.make(id, t: t, key: key, size: size, hash: UInt64(step))
                members.append((RowID(score: t, memberHash: UInt64(step)), key))
                if members.count > 80 { members.removeFirst() }
                // Some came before, and are read again.
                let arrival = Int.random(in: 0..<4, using: &random) == 0 ? now - 10 : nil
                let outcome = NaiveWindow.Outcome(window.insert(sample, arrival: arrival, now: now))
                let expected = naive.insert(sample, arrival: arrival, now: now)
                agesCountedFrom = now
                #expect(outcome == expected)
                switch outcome {
                case .added: tally.added += 1
                case .replaced: tally.replaced += 1
                case .duplicate: tally.duplicates += 1
                case .belowFloor: tally.belowFloor += 1
                }
            }
            let broken = window.brokenInvariant(now: agesCountedFrom)
            let isLongAsItCame = walk.sealing != nil || window.byteCount == naive.byteCount
            guard window.samples == naive.samples, isLongAsItCame, broken == nil else {
                Issue.record("step \(step): \(broken ?? "contents differ"): \(window.ids), expected \(naive.ids)")
                return
            }
        }
        if walk.sealing != nil {
            let frames = window.frameCounters
            #expect(min(frames.sealed, frames.opened) > 100 && frames.failed == 0, "\(frames)")
        }
        // The walk went everywhere.
        #expect(min(tally.added, tally.duplicates, tally.belowFloor, tally.removed, tally.replaced) > 10, "\(tally)")
    }
}
