import Testing

@testable import Daemon

@Suite struct MemoryReturnTests {
    private static let mib = 1 << 20
    private let start = ContinuousClock.now
    private var memory = MemoryReturn()

    private mutating func isDue(_ residentMiB: Int, held: Int, at seconds: Int) -> Bool {
        memory.isDue(resident: residentMiB * Self.mib, held: held * Self.mib, now: start + .seconds(seconds))
    }

    @Test mutating func `gives back what a window took that is empty again`() {
        #expect(!isDue(30, held: 0, at: 0))
        #expect(!isDue(530, held: 500, at: 1))
        #expect(isDue(530, held: 0, at: 2))
        memory.wasDone(resident: 60 * Self.mib, held: 0)
        #expect(!isDue(60, held: 0, at: 60))
    }

    @Test mutating func `gives back what grows while the window does not`() {
        #expect(!isDue(130, held: 100, at: 0))
        #expect(!isDue(170, held: 100, at: 1))
        #expect(isDue(180, held: 100, at: 2))
    }

    @Test mutating func `rests between two times, and does not try again for what is in use`() {
        #expect(!isDue(30, held: 0, at: 0))
        #expect(isDue(130, held: 0, at: 1))
        memory.wasDone(resident: 120 * Self.mib, held: 0)
        #expect(!isDue(150, held: 0, at: 100))
        #expect(isDue(160, held: 0, at: 200))
        #expect(!isDue(300, held: 0, at: 201))
        #expect(isDue(300, held: 0, at: 220))
    }

    @Test mutating func `measures anew from the least, once others let go of theirs`() {
        #expect(!isDue(30, held: 0, at: 0))
        #expect(isDue(130, held: 0, at: 1))
        memory.wasDone(resident: 130 * Self.mib, held: 0)
        #expect(!isDue(40, held: 0, at: 100))
        #expect(isDue(90, held: 0, at: 200))
    }
}
