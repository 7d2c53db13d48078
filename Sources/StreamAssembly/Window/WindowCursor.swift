import HeapModule

/// How far a reader of the window has come. It holds places, no samples: a reader that takes its time keeps none of
/// them from leaving the window.
///
/// The newest samples of a selection are read in the order of their `t`, of one `t` by key and `id`. It goes on in steps
/// that are all short, however many keys there are: keys are gathered, then it is settled which of their samples are the
/// newest, and then these are read. What leaves the window before its turn is left out; what comes when its key has been
/// gathered is not read unless it stands among the others.
public struct WindowCursor: Sendable {
    /// A sample's place among all, by the time at which samples count.
    struct Place: Sendable {
        let time: Double
        let t: Double
        let key: ExactText
        let id: ExactText
    }

    /// The first and the last of those that are read.
    struct Ends: Sendable {
        let oldest: Place
        let newest: Place
    }

    /// What is being done.
    enum Stage: Sendable {
        /// Keys of the selection go to `newest`; all up to a name are there.
        case gathering(after: ExactText?)
        /// The keys of `newest` lose their newest samples one by one, until there are as many as are wanted.
        case settling
        /// The keys in which these stand go from `chosen` to `oldest`.
        case placing
        /// The keys of `oldest` lose their oldest samples, which are read.
        case reading
    }

    /// A key by its next sample, for those who want the newest by the time at which samples count.
    struct NewestHead: Comparable, Sendable {
        let time: Double
        let t: Double
        let key: ExactText
        /// Whether the key is among those that are read.
        var isChosen = false

        static func < (left: NewestHead, right: NewestHead) -> Bool {
            if left.time != right.time { return left.time < right.time }
            return left.t != right.t ? left.t < right.t : left.key < right.key
        }

        static func == (left: NewestHead, right: NewestHead) -> Bool {
            left.time == right.time && left.t == right.t && left.key == right.key
        }
    }

    /// The same for those who want the oldest by `t`.
    struct OldestHead: Comparable, Sendable {
        let t: Double
        let key: ExactText

        static func < (left: OldestHead, right: OldestHead) -> Bool {
            left.t != right.t ? left.t < right.t : left.key < right.key
        }
    }

    let selection: Selection
    let after: Double
    var stage = Stage.gathering(after: nil)
    var newest = Heap<NewestHead>()
    var chosen: [ExactText] = []
    var oldest = Heap<OldestHead>()
    /// How many samples may still be settled on.
    var left: Int
    var noteBytes: Int
    /// Nil where nothing is found.
    var ends: Ends?
    /// How many may still be read: with what came meanwhile there may be more than were settled on.
    var toRead: Int
    /// Where a step ended amid samples of one key and `t`: the id of the last that was read.
    var lastID: ExactText?
    /// How many keys and samples were looked at.
    var looks = 0
    /// How many bytes were unpacked, and of how many samples.
    var bytesRead = 0
    var samplesRead = 0

    init(_ selection: Selection, after t: Double, limit: Int, noteBytes: Int) {
        (self.selection, after, left, toRead, self.noteBytes) = (selection, t, limit, limit, noteBytes)
    }

    /// What the work since the last call comes to, in microseconds, about. Where a reader has bounds only what it gets
    /// counts: looks are at others' keys and samples, too, and what is paid for them would tell how many there are.
    package mutating func takeWork() -> Double {
        defer { (looks, bytesRead, samplesRead) = (0, 0, 0) }
        return Double(selection.bounds == nil ? looks : samplesRead) * 0.5 + Double(bytesRead) / 2000
    }
}
