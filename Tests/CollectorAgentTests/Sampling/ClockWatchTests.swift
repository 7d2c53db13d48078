import Testing

@testable import CollectorAgent

@Suite struct ClockWatchTests {
    private func reading(_ epochMs: Int64, _ bootMs: UInt64) -> ClockReading {
        ClockReading(epochMs: epochMs, monotonicNs: 0, bootNs: bootMs * 1_000_000)
    }

    @Test(
        arguments: [
            (1000, false), (1200, false), (800, false), (1202, true), (798, true), (3_601_000, true),
            (-86_400_000, true),
        ] as [(Int64, Bool)])
    func `a clock that was set is noticed, one that is slewed is not`(elapsed: Int64, isStep: Bool) {
        var watch = ClockWatch()
        let step1 = watch.step(reading(1_763_690_000_000, 5000))
        #expect(step1 == nil)
        let step2 = watch.step(reading(1_763_690_000_000 + elapsed, 6000))
        #expect(step2 == (isStep ? elapsed - 1000 : nil))
        // Told once.
        let step3 = watch.step(reading(1_763_690_001_000 + elapsed, 7000))
        #expect(step3 == nil)
    }

    @Test func `an hour of slewing is no step`() {
        var watch = ClockWatch()
        let step4 = watch.step(reading(0, 0))
        #expect(step4 == nil)
        let step5 = watch.step(reading(3_600_000 + 1800, 3_600_000))
        #expect(step5 == nil)
        let step6 = watch.step(reading(7_200_000 + 1800 + 4000, 7_200_000))
        #expect(step6 == 4000)
    }
}
