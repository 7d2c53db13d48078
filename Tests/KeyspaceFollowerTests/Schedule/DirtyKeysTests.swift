import Testing

@testable import KeyspaceFollower

@Suite struct DirtyKeysTests {
    @Test func `holds each key once with its greatest need`() {
        var dirty = DirtyKeys()
        dirty.mark("a", .probe, isUrgent: true)
        dirty.mark("a", .full, isUrgent: true)
        dirty.mark("a", .thorough, isUrgent: false)
        #expect(dirty.takeUrgent().map { [$0.key: $0.need] } == ["a": .full])
        #expect(dirty.takeUrgent() == nil)
        #expect(dirty.takeBackground() == nil)
    }

    @Test func `an event moves a key ahead of those looked at by the clock`() {
        var dirty = DirtyKeys()
        for key in ["a", "b"] { dirty.mark(key, .thorough, isUrgent: false) }
        dirty.mark("b", .probe, isUrgent: true)
        #expect(dirty.urgentCount == 1)
        #expect(dirty.takeUrgent().map { [$0.key: $0.need] } == ["b": .thorough])
        #expect(dirty.takeBackground()?.key == "a")
        #expect(!dirty.hasBackground)
        #expect(dirty.takeBackground() == nil)
    }

    @Test func `events for keys that rest wait, and those for others do not`() {
        var dirty = DirtyKeys()
        for key in ["a", "a", "b"] { dirty.mark(key, .probe, isUrgent: true) }
        #expect(dirty.takeUrgent().map { [$0.key: $0.additions] } == ["a": 2])
        dirty.mark("a", .probe, isUrgent: true)
        dirty.rest(["a", "c"])
        #expect(dirty.urgentCount == 1)
        #expect(dirty.isAnyHeld)
        dirty.mark("c", .thorough, isUrgent: false)
        for key in ["c", "a", "d", "c"] { dirty.mark(key, .probe, isUrgent: true) }
        #expect(dirty.takeUrgent()?.key == "b")
        #expect(dirty.takeUrgent()?.key == "d")
        #expect(dirty.takeUrgent() == nil)
        #expect(dirty.takeBackground() == nil, "its event is to be served with the others")
        dirty.wake()
        #expect(!dirty.isAnyHeld)
        #expect(dirty.takeUrgent().map { [$0.key: $0.additions] } == ["a": 2])
        #expect(dirty.takeUrgent().map { [$0.key: $0.need] } == ["c": .thorough])
        #expect(dirty.takeUrgent() == nil)
    }

    @Test func `only additions are held`() {
        var dirty = DirtyKeys()
        dirty.mark("urgent before", .full, isUrgent: true)
        dirty.mark("held before", .probe, isUrgent: true)
        dirty.rest(["urgent before", "held before", "new", "raised"])
        dirty.mark("raised", .probe, isUrgent: true)
        #expect(dirty.urgentCount == 1)
        dirty.mark("new", .full, isUrgent: true)
        dirty.mark("raised", .full, isUrgent: true)
        dirty.mark("raised", .full, isUrgent: true)
        dirty.mark("held before", .full, isUrgent: true)
        dirty.mark("another", .probe, isUrgent: true)
        #expect(!dirty.isAnyHeld)
        var taken: [String] = []
        while let next = dirty.takeUrgent() { taken.append(next.key) }
        #expect(taken == ["urgent before", "new", "raised", "held before", "another"])
        dirty.wake()
        #expect(dirty.urgentCount == 0)
    }
}
