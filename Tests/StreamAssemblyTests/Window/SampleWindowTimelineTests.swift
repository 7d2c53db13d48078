import Testing

@testable import StreamAssembly

/// Timelines, two samples wide: a digit arrives with that `t`, `.` is a tick of the clock, `|` the end. A frame shows the
/// window at each tick and at the end, oldest first, `_` for a free place. The clock stands at the number of ticks plus
/// the age of 5, so that after n ticks a `t` below n is too old.
@Suite struct SampleWindowTimelineTests {
    private func frames(_ input: String, capacity: Int = 2) throws -> String {
        var window = SampleWindow(limits: try .make(samples: capacity, ageMs: 5))
        var ticks = 0.0
        var frames: [String] = []
        for character in input where character != " " {
            switch character {
            case ".", "|":
                window.expire(now: ticks + 5)
                let free = [String](repeating: "_", count: capacity - window.count)
                frames.append("[" + (free + window.ids).joined(separator: " ") + "]")
                if character == "." { ticks += 1 }
            default:
                let t = try #require(Double(String(character)))
                _ = window.insert(.make(String(character), t: t), now: ticks + 5)
            }
            window.expire(now: ticks + 5)
            #expect(window.brokenInvariant(now: ticks + 5) == nil)
        }
        return frames.joined(separator: " ")
    }

    @Test(arguments: [
        ("|", "[_ _]"),
        ("2 |", "[_ 2]"),
        ("2 1 |", "[1 2]"),
        ("2 1 3 |", "[2 3]"),
        ("3 2 1 |", "[2 3]"),
        ("2 1 . 4 . |", "[1 2] [2 4] [2 4]"),
        ("2 2 2 |", "[_ 2]"),
        ("1 2 . . . |", "[1 2] [1 2] [_ 2] [_ _]"),
        // What says it is of the future is as old as its arrival.
        ("9 . . . . . . . . . . |", "[_ 9] [_ 9] [_ 9] [_ 9] [_ 9] [_ 9] [_ _] [_ _] [_ _] [_ _] [_ _]"),
        ("9 1 . . 1 |", "[1 9] [1 9] [_ 9]"),
        ("5 6 . 4 . 7 . 5 |", "[5 6] [5 6] [6 7] [6 7]"),
    ])
    func `shows`(input: String, expected: String) throws {
        #expect(try frames(input) == expected)
    }
}
