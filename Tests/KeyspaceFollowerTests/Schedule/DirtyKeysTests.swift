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
}
