/// What a client has missed, chosen but not read yet: how long it would be is known before a frame is opened for it.
/// Good until the window changes.
public struct MissedSamples: Sendable {
    /// Of each key the new samples, the newest first.
    var columns: [(key: ExactText, samples: [HeldSample])] = []
    let part: SamplePart
    /// The most bytes that the event with them takes.
    public internal(set) var byteCount = 0

    init(part: SamplePart) { self.part = part }

    /// The most that one of them adds to the event, with the comma and its notes.
    static func size(of sample: HeldSample, _ part: SamplePart) -> Int {
        let size =
            switch part {
            case .whole: sample.byteCount
            case .figures: sample.byteCount - sample.detailBytes
            case .details: sample.detailBytes + 320
            }
        return size + 1 + SampleNotes.size(key: sample.key.text, sample.traits)
    }
}
