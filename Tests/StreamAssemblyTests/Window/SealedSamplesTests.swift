import SeededRandom
import Testing

@testable import StreamAssembly

/// Samples in frames: sealed when there are enough, found and let go where they are, opened by readers alone.
@Suite struct SealedSamplesTests {
    private let key = "sa:{a}:top"

    /// As collectors write them: 300 bytes, most of them as in the last one.
    private func sample(_ number: Int, t: Double? = nil, key: String = "sa:{a}:top", hash: UInt64? = nil) -> Sample {
        let id = "a:top:18f3a2b4c5d:\(number)"
        let member =
            #"{"id":"\#(id)","t":\#(number),"cpu":{"user":\#(number % 7)}"# + String(repeating: ",[1,2,3]", count: 30)
        return Sample(
            key: key, host: "a", probe: "top", id: id, t: t ?? Double(number), bytes: Array(member.utf8),
            memberHash: hash ?? UInt64(number))
    }

    private func window(
        _ limits: WindowLimits? = nil, _ sealing: Sealing = .make(unsealed: 2, samples: 4, mergedSamples: 12)
    ) throws -> SampleWindow {
        SampleWindow(limits: try limits ?? .make(), sealing: sealing)
    }

    private func fill(_ window: inout SampleWindow, _ numbers: some Sequence<Int>) {
        for number in numbers { _ = window.insert(sample(number), now: 1000) }
        #expect(window.brokenInvariant(now: 1000) == nil)
    }

    private func content(_ window: SampleWindow) throws -> KeySamples {
        window.contents[try #require(window.numbers[ExactText(key)])]
    }

    @Test func `four are sealed behind the newest two, and three such frames become one`() throws {
        var window = try window()
        var shapes: [String] = []
        for number in 1...20 {
            fill(&window, [number])
            let content = try content(window)
            shapes.append(
                content.frames.map { "\($0.count)\($0.isMerged ? "!" : "")" }.joined(separator: " ")
                    + " | \(content.tail.count)")
        }
        #expect(
            shapes == [
                " | 1", " | 2", " | 3", " | 4", " | 5", "4 | 2", "4 | 3", "4 | 4", "4 | 5", "4 4 | 2", "4 4 | 3",
                "4 4 | 4",
                "4 4 | 5", "12! | 2", "12! | 3", "12! | 4", "12! | 5", "12! 4 | 2", "12! 4 | 3", "12! 4 | 4",
            ])
        #expect(window.samples == (1...20).map { sample($0) })
        #expect((window.frameCounters.sealed, window.frameCounters.merged) == (4, 1))
    }

    @Test func `keys that begin together seal and merge at different times, and as often as others`() throws {
        var window = SampleWindow(
            limits: try .make(samples: 1 << 20, bytes: 1 << 30),
            sealing: .make(samples: 16, mergedSamples: 64, isSpread: true))
        var (sealed, merged): ([Int], [Int]) = ([], [])
        for second in 1...256 {
            let before = window.frameCounters
            for host in 0..<200 { _ = window.insert(sample(second, key: "sa:{web-\(host)}:top"), now: 1000) }
            sealed.append(window.frameCounters.sealed - before.sealed)
            merged.append(window.frameCounters.merged - before.merged)
        }
        #expect(window.brokenInvariant(now: 1000) == nil)
        // 200 keys over 16 seconds, and over 64: nobody's share is far from the mean of 12.5 and 3.1.
        #expect(sealed.suffix(200).allSatisfy { (3...30).contains($0) }, "\(sealed)")
        #expect(merged.suffix(128).allSatisfy { $0 <= 30 }, "\(merged)")
        #expect(
            (180 * 15...200 * 16).contains(sealed.reduce(0, +)) && (200 * 3...200 * 4).contains(merged.reduce(0, +)))
    }

    @Test func `what is held takes a small part of what came, and its bytes are counted as held`() throws {
        var window = try window()
        fill(&window, 1...500)
        let raw = window.samples.reduce(0) { $0 + $1.bytes.count }
        #expect(window.byteCount < raw / 8)
        let content = try content(window)
        #expect(
            window.byteCount == content.frames.reduce(0) { $0 + $1.content.count + $1.ids.byteCount }
                + content.tailBytes)
    }

    @Test func `a large sample is sealed by itself, once another has come`() throws {
        var window = SampleWindow(limits: try .make(bytes: 100 << 20), sealing: Sealing())
        for number in 1...4 { _ = window.insert(.make("\(number)", t: Double(number), size: 1 << 20), now: 1000) }
        let content = try content(window)
        #expect(content.frames.map(\.count) == [1, 1, 1] && content.frames.allSatisfy(\.isMerged))
        #expect(window.byteCount < 2 << 20)
        #expect(window.brokenInvariant(now: 1000) == nil)
    }

    @Test func `figures and details are sealed apart, and who reads figures unpacks nothing else`() throws {
        var window = try window()
        let all = (1...40).map { number in
            number % 5 == 0
                ? sample(number)
                : Sample.detailed("\(number)", t: Double(number), places: number % 8, size: 20 * number)
        }
        // The invariants open frames, and are looked at behind.
        for sample in all { _ = window.insert(sample, now: 1000) }
        #expect(window.frameCounters.opened == 0)
        let held = Array(window.held(of: key).reversed())
        #expect(held.map(\.detailBytes) == all.map(\.detailBytes))
        #expect(window.figures(held).map(\.bytes) == all.map(\.figures))
        #expect(window.read(held, .figures).map(\.bytes) == all.map(\.figures))
        #expect(window.frameCounters.opened > 0)
        #expect(window.frameCounters.detailsOpened == 0)
        #expect(window.read(held) == all)
        #expect(window.read(held).map(\.details.members) == all.map { SampleDetails(in: $0.bytes).members })
        #expect(window.frameCounters.detailsOpened > 0)
        #expect(window.brokenInvariant(now: 1000) == nil)
        // Some leave frames that stay.
        for number in stride(from: 2, through: 30, by: 3) {
            #expect(window.remove(RowID(score: Double(number), memberHash: all[number - 1].memberHash), of: key) != nil)
            #expect(window.brokenInvariant(now: 1000) == nil)
        }
        #expect(window.samples == all.filter { ($0.t - 2).truncatingRemainder(dividingBy: 3) != 0 || $0.t > 30 })
    }

    /// Whoever writes opens nothing: duplicates, late ones, new versions, removals, what age and limits take.
    @Test func `no change opens a frame`() throws {
        var window = try window(.make(perKey: 60))
        fill(&window, (1...100).map { 2 * $0 })
        let opened = window.frameCounters.opened
        #expect(window.insert(sample(150), now: 1000) == .duplicate)
        #expect(window.insert(sample(101, t: 101), now: 1000) == .added)
        #expect(window.insert(sample(120, t: 201, hash: 7), now: 1000) == .replaced(sample(120).outline))
        #expect(window.insert(sample(3), now: 1000) == .belowFloor)
        #expect(window.remove(RowID(score: 140, memberHash: 140), of: key) == sample(140).outline)
        #expect(window.held(of: key).count == 59 && window.span(of: key)?.firstT == 84)
        window.expire(now: 1_000_110)
        #expect(window.span(of: key)?.firstT == 110)
        #expect(window.removeKey(key) == 45)
        #expect((window.count, window.byteCount) == (0, 0))
        #expect(window.frameCounters.opened == opened)
    }

    @Test func `of two members of one id and time the last in Redis' order counts, sealed as it may be`() throws {
        var window = try window()
        fill(&window, 1...30)
        let later = Sample(
            key: key, host: "a", probe: "top", id: sample(5).id, t: 5, bytes: sample(5).bytes + [0x20], memberHash: 99)
        #expect(window.insert(sample(5), now: 1000) == .duplicate)
        #expect(window.insert(later, now: 1000) == .replaced(sample(5).outline))
        #expect(window.insert(sample(5), now: 1000) == .duplicate)
        #expect(window[key, later.id] == later)
        #expect(window.brokenInvariant(now: 1000) == nil)
    }

    @Test func `the newest are read without a frame, and each frame is opened once`() throws {
        var window = try window()
        for number in 1...100 { _ = window.insert(sample(number), now: 1000) }
        #expect(window.newest(2, of: key).map(\.t) == [100, 99])
        #expect(window.frameCounters.opened == 0)
        #expect(window.newest(.max, of: key).count == 100)
        let frames = try content(window).frames.count
        #expect(window.frameCounters.opened == frames)
        #expect(window["sa:{a}:top", "a:top:18f3a2b4c5d:7"] == sample(7))
    }

    @Test func `a key that lost most of its samples amid others is written anew`() throws {
        var window = try window()
        fill(&window, 1...200)
        // The first stays, so that nothing can be cut off at the beginning.
        for number in 2...150 {
            #expect(
                window.remove(RowID(score: Double(number), memberHash: UInt64(number)), of: key)?.t == Double(number))
            #expect(window.brokenInvariant(now: 1000) == nil)
        }
        #expect(window.frameCounters.rewritten == 1)
        #expect(window.samples == ([1] + Array(151...200)).map { sample($0) })
        #expect(try content(window).slots.count < 150)
    }

    @Test func `one id written again and again holds no more than itself`() throws {
        var window = try window(.make(kept: 30))
        _ = window.insert(sample(0, t: 1), now: 1000)
        for t in 1...5_000 { _ = window.insert(sample(1, t: Double(t), hash: UInt64(t)), now: 1000) }
        #expect(window.brokenInvariant(now: 1000) == nil)
        #expect(window.count == 2)
        #expect(try content(window).slots.count < 40)
    }

    /// A frame that does not fit into the room given is a real failure of zstd.
    @Test func `a seal that fails drops nothing, and is tried again with more`() throws {
        var window = SampleWindow(limits: try .make(), sealing: .make(unsealed: 2, samples: 4), frameRoom: 8)
        fill(&window, 1...100)
        #expect(window.samples == (1...100).map { sample($0) })
        #expect(try content(window).frames.isEmpty)
        let failed = window.frameCounters.failed
        #expect(failed > 2 && failed < 8)
        var small = SampleWindow(limits: try .make(bytes: 3000), sealing: .make(), frameRoom: 8)
        fill(&small, 1...100)
        #expect(small.byteCount > 2700 && small.byteCount <= 3000)
    }

    @Test func `frames that cannot be made one stay as they are`() throws {
        var random = SeededGenerator(seed: 1)
        let noise = { (size: Int) in (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) } }
        var window = SampleWindow(
            limits: try .make(), sealing: .make(unsealed: 0, samples: 1, mergedSamples: 2), frameRoom: 150)
        var all: [Sample] = []
        for t in 1...20 {
            let sample = Sample(
                key: key, host: "a", probe: "top", id: "\(t)", t: Double(t), bytes: noise(100), memberHash: UInt64(t))
            all.append(sample)
            _ = window.insert(sample, now: 1000)
            #expect(window.brokenInvariant(now: 1000) == nil)
        }
        #expect(window.samples == all)
        #expect(try content(window).frames.map(\.count) == [Int](repeating: 1, count: 20))
    }

    @Test func `ids are told by what they have in common with the first`() {
        let lists: [[String]] = [
            [], [""], ["a"], ["a", "a"], ["web-1:top:18f:1", "web-1:top:18f:2", "", "web-1:top:18f:10", "x"],
            ["é", "e\u{301}", "éa"], [String(repeating: "x", count: 256), String(repeating: "y", count: 256)],
            (0..<40).map { String(repeating: "long", count: 50) + "\($0)" },
        ]
        for texts in lists {
            let list = IDList(texts.map { ExactText($0) })
            #expect(list.texts.map(\.text.utf8.count) == texts.map(\.utf8.count))
            #expect(list.texts == texts.map { ExactText($0) })
            #expect(texts.indices.map { list[$0] } == texts.map { ExactText($0) })
        }
        #expect(IDList((100..<132).map { ExactText("web-1:top:18f3a2b4c5d:\($0)") }).byteCount < 32 * 5 + 24)
    }

    @Test func `the table of ids agrees with a dictionary over random steps, however few the hashes`() {
        for hashes in [1, 3, 50, 1 << 20] as [UInt32] {
            var random = SeededGenerator(seed: UInt64(hashes))
            var table = IDTable()
            var known: [UInt32: UInt32] = [:]
            for _ in 0..<3_000 {
                let number = UInt32.random(in: 0..<100, using: &random)
                let hash = (number &* 2_654_435_761) % hashes
                if known[number] == nil, Bool.random(using: &random) {
                    table.insert(number, hash)
                    known[number] = hash
                } else {
                    table.remove(number, hash)
                    known[number] = nil
                }
                #expect(table.count == known.count)
                #expect(table.find(hash) { $0 == number } == (known[number] == nil ? nil : number))
            }
            for (number, hash) in known { #expect(table.find(hash) { $0 == number } == number) }
        }
    }
}
