/// How many bytes are unpacked for samples that are read one after the other: of each frame all of them, once.
struct ReadingCost {
    private let part: SamplePart
    private(set) var bytes = 0
    private var frame: UInt64?

    init(_ part: SamplePart) { self.part = part }

    mutating func add(_ sample: HeldSample, in window: SampleWindow) {
        bytes += part == .figures ? sample.byteCount - sample.detailBytes : sample.byteCount
        guard let frame = window.frame(of: sample), frame.serial != self.frame else { return }
        self.frame = frame.serial
        bytes += frame.byteCount(of: part)
    }
}
