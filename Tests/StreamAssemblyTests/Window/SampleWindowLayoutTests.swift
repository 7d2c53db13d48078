import Testing

@testable import StreamAssembly

/// Every small window that there is, and every sample that may come to it.
@Suite struct SampleWindowLayoutTests {
    /// Walks all sequences of `length` steps over three times, two keys and two sizes for a window of that capacity.
    private func withEveryWindow(
        capacity: ClosedRange<Int>, length: Int, _ body: (WindowLimits, [Sample]) throws -> Void
    ) throws {
        var choices: [(t: Double, key: String, id: String, size: Int)] = []
        for t in [1.0, 2, 3] {
            choices.append((t, "sa:{a}:top", "x", 1))
            choices.append((t, "sa:{a}:top", "y", 2))
            choices.append((t, "sa:{b}:top", "z", 1))
            choices.append((t, "sa:{b}:top", "x", 1))
        }
        for samples in capacity {
            for perKey in 1...2 {
                for bytes in [2, 100] {
                    let limits = try WindowLimits.make(
                        samples: samples, bytes: bytes, ageMs: 1.5, perKey: perKey)
                    var digits = [Int](repeating: 0, count: length)
                    repeat {
                        let sequence = digits.map { digit in
                            let choice = choices[digit]
                            return Sample.make(
                                choice.id, t: choice.t, key: choice.key, size: choice.size,
                                hash: UInt64(digit))
                        }
                        try body(limits, sequence)
                    } while advance(&digits, base: choices.count)
                }
            }
        }
    }

    private func advance(_ digits: inout [Int], base: Int) -> Bool {
        for index in digits.indices {
            digits[index] += 1
            if digits[index] < base { return true }
            digits[index] = 0
        }
        return false
    }

    /// Sealed at once and merged by two; bytes are no limit, since they count as they are held.
    @Test func `every short sequence gives what the naive window gives, whatever of it is sealed`() throws {
        var sealed = 0
        for kept in 0...1 {
            try withEveryWindow(capacity: 3...3, length: 3) { limits, sequence in
                guard limits.bytes == 100 else { return }
                var limits = limits
                limits.kept = kept
                let sealing = Sealing.make(unsealed: 0, samples: 1, mergedSamples: 2)
                var window = SampleWindow(limits: limits, sealing: sealing)
                var naive = NaiveWindow(limits: limits)
                for sample in sequence {
                    let outcome = NaiveWindow.Outcome(window.insert(sample, now: 3))
                    let expected = naive.insert(sample, now: 3)
                    let broken = window.brokenInvariant(now: 3)
                    guard outcome == expected, window.samples == naive.samples, broken == nil else {
                        let steps = sequence.map { "\($0.key) \($0.id)@\($0.t)" }
                        Issue.record("\(limits) \(steps): \(outcome), expected \(expected) \(broken ?? "")")
                        return
                    }
                }
                sealed += window.frameCounters.sealed
            }
        }
        #expect(sealed > 2 * 2 * 12 * 12 * 12)
    }

    @Test func `every short sequence gives what the naive window gives`() throws {
        var sequences = 0
        try withEveryWindow(capacity: 1...4, length: 3) { limits, sequence in
            sequences += 1
            for now in [1.0, 3] {
                var window = SampleWindow(limits: limits)
                var naive = NaiveWindow(limits: limits)
                for sample in sequence {
                    let outcome = NaiveWindow.Outcome(window.insert(sample, now: now))
                    let expected = naive.insert(sample, now: now)
                    guard outcome == expected, window.samples == naive.samples, window.brokenInvariant(now: now) == nil
                    else {
                        let steps = sequence.map { "\($0.key) \($0.id)@\($0.t)" }
                        Issue.record("\(limits) \(steps): \(outcome), expected \(expected) \(naive.ids)")
                        return
                    }
                }
                #expect(window.expire(now: now + 1) >= 0)
                naive.expire(now: now + 1)
                #expect(window.samples == naive.samples)
            }
        }
        #expect(sequences == 4 * 2 * 2 * 12 * 12 * 12)
    }
}

extension NaiveWindow.Outcome {
    init(_ insertion: SampleWindow.Insertion) {
        switch insertion {
        case .added: self = .added
        case .replaced(let sample): self = .replaced(sample)
        case .duplicate: self = .duplicate
        case .belowFloor: self = .belowFloor
        }
    }
}
