import Testing

@testable import StreamAssembly

/// Each rule of the window by itself; every step is followed by the invariant check.
@Suite struct SampleWindowTests {
    private func window(
        samples: Int = 1000, bytes: Int = 1 << 20, ageMs: Double = 1e6, perKey: Int = 1000
    ) throws -> SampleWindow {
        SampleWindow(limits: try .make(samples: samples, bytes: bytes, ageMs: ageMs, perKey: perKey))
    }

    @discardableResult
    private func insert(
        _ sample: Sample, into window: inout SampleWindow, now: Double = 1000
    ) -> SampleWindow.Insertion {
        let outcome = window.insert(sample, now: now)
        #expect(window.brokenInvariant(now: now) == nil)
        return outcome
    }

    @Test func `past the number of samples the oldest leaves, in whatever order they came`() throws {
        for order in [[1, 2, 3, 4], [4, 3, 2, 1], [3, 1, 4, 2], [2, 4, 1, 3]] {
            var window = try window(samples: 2)
            for t in order { insert(.make("\(t)", t: Double(t)), into: &window) }
            #expect(window.ids == ["3", "4"], "\(order)")
        }
    }

    @Test func `what leaves is counted by the bound that took it`() throws {
        var few = try window(samples: 2)
        for t in 1...5 { insert(.make("\(t)", t: Double(t)), into: &few) }
        #expect((few.losses.samples, few.losses.bytes, few.losses.perKey, few.losses.age) == (3, 0, 0, 0))
        var small = try window(bytes: 100)
        for t in 1...7 { insert(.make("\(t)", t: Double(t), size: 20), into: &small) }
        #expect((small.losses.samples, small.losses.bytes, small.losses.perKey, small.losses.age) == (0, 2, 0, 0))
        var narrow = try window(perKey: 2)
        for t in 1...3 { insert(.make("\(t)", t: Double(t)), into: &narrow) }
        #expect((narrow.losses.samples, narrow.losses.bytes, narrow.losses.perKey, narrow.losses.age) == (0, 0, 1, 0))
        var short = try window(ageMs: 100)
        for t in [950.0, 990] { insert(.make("\(t)", t: t), into: &short) }
        short.expire(now: 1060)
        #expect((short.losses.samples, short.losses.bytes, short.losses.perKey, short.losses.age) == (0, 0, 0, 1))
        // What its key lost is no loss of the window.
        short.removeKey("sa:{a}:top")
        #expect(short.losses.age == 1)
    }

    @Test func `past the bytes as many of the oldest leave as it takes`() throws {
        var window = try window(bytes: 100)
        for t in 1...5 { insert(.make("\(t)", t: Double(t), size: 20), into: &window) }
        #expect(insert(.make("6", t: 6, size: 50), into: &window) == .added)
        #expect(window.ids == ["4", "5", "6"])
        #expect(window.byteCount == 90)
    }

    @Test func `a sample larger than all bytes allowed is dropped and costs no other its place`() throws {
        var window = try window(bytes: 100)
        for t in 1...5 { insert(.make("\(t)", t: Double(t), size: 20), into: &window) }
        #expect(insert(.make("huge", t: 6, size: 101), into: &window) == .belowFloor)
        #expect(window.ids == ["1", "2", "3", "4", "5"])
        #expect(insert(.make("exact", t: 7, size: 100), into: &window) == .added)
        #expect(window.ids == ["exact"])
    }

    @Test func `past a key's number its own oldest leaves, others stay`() throws {
        var window = try window(perKey: 2)
        insert(.make("other", t: 1, key: "sa:{b}:top"), into: &window)
        for t in 2...4 { insert(.make("\(t)", t: Double(t)), into: &window) }
        #expect(window.ids == ["other", "3", "4"])
    }

    @Test func `age counts from the clock given, never from a sample's time`() throws {
        var window = try window(ageMs: 100)
        insert(.make("old", t: 900), into: &window)
        insert(.make("future", t: 9_999_999), into: &window)
        #expect(window.ids == ["old", "future"])
        #expect(window.expire(now: 1000) == 0)
        #expect(window.expire(now: 1000.5) == 1)
        #expect(window.ids == ["future"])
        #expect(window.brokenInvariant(now: 1000.5) == nil)
        // It came at 1000.
        #expect(window.expire(now: 1100) == 0)
        #expect(window.expire(now: 1100.5) == 1)
    }

    @Test func `an insert lets go what has grown too old, too`() throws {
        var window = try window(ageMs: 100)
        insert(.make("a", t: 900), into: &window)
        insert(.make("b", t: 1001), into: &window, now: 1001)
        #expect(window.ids == ["b"])
    }

    @Test func `the age's edge belongs to the window`() throws {
        var window = try window(ageMs: 100)
        #expect(insert(.make("edge", t: 900), into: &window) == .added)
        #expect(insert(.make("below", t: 899.9), into: &window) == .belowFloor)
        #expect(window.ids == ["edge"])
    }

    @Test func `a sample older than all of a full window is dropped`() throws {
        var byNumber = try window(samples: 2)
        var byBytes = try window(bytes: 20)
        var byKey = try window(perKey: 2)
        for t in 5...6 {
            insert(.make("\(t)", t: Double(t)), into: &byNumber)
            insert(.make("\(t)", t: Double(t)), into: &byBytes)
            insert(.make("\(t)", t: Double(t)), into: &byKey)
        }
        #expect(insert(.make("4", t: 4), into: &byNumber) == .belowFloor)
        #expect(insert(.make("4", t: 4), into: &byBytes) == .belowFloor)
        #expect(insert(.make("4", t: 4), into: &byKey) == .belowFloor)
        for window in [byNumber, byBytes, byKey] { #expect(window.ids == ["5", "6"]) }
        #expect(insert(.make("4", t: 4, key: "sa:{b}:top"), into: &byKey) == .added)
    }

    @Test func `late samples take their place in time`() throws {
        var window = try window()
        for t in [5, 1, 3, 2, 4] { #expect(insert(.make("\(t)", t: Double(t)), into: &window) == .added) }
        #expect(window.ids == ["1", "2", "3", "4", "5"])
    }

    @Test func `equal times are ordered by id, byte by byte`() throws {
        var window = try window(samples: 3)
        for id in ["b", "é", "B", "a"] { insert(.make(id, t: 7), into: &window) }
        #expect(window.ids == ["a", "b", "é"])
        #expect(insert(.make("A", t: 7), into: &window) == .belowFloor)
    }

    @Test func `ids that look alike but differ in bytes are two`() throws {
        var window = try window()
        #expect(insert(.make("caf\u{e9}", t: 1), into: &window) == .added)
        #expect(insert(.make("cafe\u{301}", t: 1), into: &window) == .added)
        #expect(window.count == 2)
    }

    @Test func `a newer time replaces, the same or an older is a duplicate`() throws {
        var window = try window()
        let first = Sample.make("x", t: 5, size: 30)
        insert(first, into: &window)
        #expect(insert(.make("x", t: 5), into: &window) == .duplicate)
        #expect(insert(.make("x", t: 4), into: &window) == .duplicate)
        #expect(window["sa:{a}:top", "x"] == first)
        #expect(insert(.make("x", t: 6, size: 40), into: &window) == .replaced(first.outline))
        #expect(window["sa:{a}:top", "x"]?.t == 6)
        #expect((window.count, window.byteCount) == (1, 40))
    }

    @Test func `one id in two keys is two samples, and neither touches the other`() throws {
        var window = try window()
        let (a, b) = ("sa:{a}:top", "sa:{b}:top")
        insert(.make("x", t: 5, key: a, hash: 1), into: &window)
        #expect(insert(.make("x", t: 5, key: b, hash: 1), into: &window) == .added)
        #expect(window.count == 2)
        #expect(
            insert(.make("x", t: 6, key: b, hash: 2), into: &window)
                == .replaced(Sample.make("x", t: 5, key: b, hash: 1).outline))
        #expect(window.remove(RowID(score: 6, memberHash: 2), of: a) == nil)
        #expect(window.removeKey(b) == 1)
        #expect(window[a, "x"]?.t == 5)
        #expect(window.samples.map(\.key) == [a])
    }

    @Test func `a key is removed with all of its samples and nothing else`() throws {
        var window = try window()
        for t in 1...300 { insert(.make("a\(t)", t: Double(t)), into: &window) }
        insert(.make("b", t: 2, key: "sa:{b}:top"), into: &window)
        #expect(window.removeKey("sa:{a}:top") == 300)
        #expect(window.brokenInvariant(now: 1000) == nil)
        #expect(window.ids == ["b"])
        #expect((window.keyCount, window.byteCount) == (1, 10))
        #expect(window.removeKey("sa:{a}:top") == 0)
    }

    @Test func `a member is removed by key, hash and score`() throws {
        var window = try window()
        let sample = Sample.make("x", t: 5, hash: 42)
        insert(sample, into: &window)
        #expect(window.remove(RowID(score: 5, memberHash: 43), of: sample.key) == nil)
        #expect(window.remove(RowID(score: 4, memberHash: 42), of: sample.key) == nil)
        #expect(window.remove(RowID(score: 5, memberHash: 42), of: "sa:{b}:top") == nil)
        #expect(window.remove(RowID(score: 5, memberHash: 42), of: sample.key) == sample.outline)
        #expect(window.remove(RowID(score: 5, memberHash: 42), of: sample.key) == nil)
        #expect(window.brokenInvariant(now: 1000) == nil)
    }

    @Test func `removing the member that was replaced leaves the one in its place`() throws {
        var window = try window()
        insert(.make("x", t: 5, hash: 1), into: &window)
        insert(.make("x", t: 6, hash: 2), into: &window)
        #expect(window.remove(RowID(score: 5, memberHash: 1), of: "sa:{a}:top") == nil)
        #expect(window.ids == ["x"])
        #expect(window.remove(RowID(score: 6, memberHash: 2), of: "sa:{a}:top")?.t == 6)
    }

    @Test func `a copy of the window is a window of its own`() throws {
        var window = try window()
        insert(.make("a", t: 1), into: &window)
        let copy = window
        insert(.make("b", t: 2), into: &window)
        #expect(copy.ids == ["a"])
        #expect(copy.brokenInvariant(now: 1000) == nil)
    }

    @Test(arguments: [(0, 1, 1.0, 1), (1, 0, 1, 1), (1, 1, 0, 1), (1, 1, .nan, 1), (1, 1, .infinity, 1), (1, 1, 1, -1)])
    func `limits that make no sense are refused by name`(samples: Int, bytes: Int, ageMs: Double, perKey: Int) {
        #expect(throws: WindowLimits.Invalid.self) {
            try WindowLimits(samples: samples, bytes: bytes, ageMs: ageMs, perKey: perKey)
        }
    }
}
