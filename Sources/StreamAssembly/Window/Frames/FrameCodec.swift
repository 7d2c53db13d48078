import Synchronization
import Zstd

/// When the samples of a key are sealed, and how.
package struct Sealing: Sendable, Equatable {
    /// The newest samples of a key that stay as they are: who asks for the newest needs no frame opened.
    package var unsealed = 1
    /// Those before them are sealed together once there are so many of them …
    package var samples = 16
    /// … or so many bytes. With samples of 10 KB that is 4.
    package var bytes = 32 << 10
    /// Small frames of a key become one once they hold so many samples …
    package var mergedSamples = 32
    /// … or so many bytes, uncompressed.
    package var mergedBytes = 512 << 10
    /// Whether a key's first frames are made of fewer, as its name has it: keys that begin together, as all do when the
    /// daemon starts, seal at different times then, and do so from then on.
    package var isSpread = true
    /// zstd's: 3 costs half of what 6 does, for a tenth more bytes.
    package var level: Int32 = 3

    package init() {}

    /// What is enough for a key's first frame.
    func first(_ key: ExactText) -> (samples: Int, bytes: Int) {
        isSpread
            ? (Self.share(of: samples, hash(key) & 0xff), Self.share(of: bytes, hash(key) & 0xff)) : (samples, bytes)
    }

    /// What is enough for the first that is made of small ones.
    func firstMerged(_ key: ExactText) -> (samples: Int, bytes: Int) {
        guard isSpread else { return (mergedSamples, mergedBytes) }
        let turn = hash(key) >> 8 & 0xff
        return (Self.share(of: mergedSamples, turn), Self.share(of: mergedBytes, turn))
    }

    /// One of the numbers up to `whole`, each as likely.
    private static func share(of whole: Int, _ turn: UInt64) -> Int {
        whole == .max ? .max : max(1, (whole * Int(turn + 1) + 255) / 256)
    }

    /// FNV-1a: the same in each run.
    private func hash(_ key: ExactText) -> UInt64 {
        let hash = key.text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return hash ^ hash >> 32
    }

    /// Nothing is ever sealed.
    package static var none: Sealing {
        var sealing = Sealing()
        (sealing.samples, sealing.bytes) = (.max, .max)
        return sealing
    }
}

/// How often frames were made and opened since the start.
public struct FrameCounters: Sendable, Equatable {
    /// Frames made of samples that had just come.
    public internal(set) var sealed = 0
    /// Samples in them.
    public internal(set) var sealedSamples = 0
    /// Frames made of small ones.
    public internal(set) var merged = 0
    /// Frames opened to be read.
    public internal(set) var opened = 0
    /// Those of them whose details were wanted, too.
    public internal(set) var detailsOpened = 0
    /// Keys written anew, since they held many frames' bytes of samples that had left.
    public internal(set) var rewritten = 0
    /// Seals that failed: what was to be sealed stays as it is.
    public internal(set) var failed = 0
}

/// Makes and opens the frames of one window, with contexts that are kept. The frame that was opened last stays open for a
/// moment, since who reads one of its samples mostly reads the next.
final class FrameCodec: Sendable {
    /// One of the two parts of a frame.
    enum Part: Sendable {
        case figures
        case details
    }

    /// What was made of a ``FrameText``.
    struct Sealed {
        let serial: UInt64
        let content: [UInt8]
        let figureContent: Int
    }

    private struct State: ~Copyable {
        var compressor: ZstdCompressor
        var decompressor = ZstdDecompressor()
        var lastSerial: UInt64 = 0
        var open: [(serial: UInt64, part: Part, bytes: [UInt8])] = []
        var counters = FrameCounters()
    }

    /// Parts of frames that stay open, and how many bytes of them beyond the newest one.
    private static let openAtMost = 8
    private static let openBytes = 1 << 20

    private let state: Mutex<State>
    private let room: Int?

    /// - Parameter room: how long a frame may be; nil for as long as it takes.
    init(level: Int32, room: Int? = nil) {
        state = Mutex(State(compressor: ZstdCompressor(level: level)))
        self.room = room
    }

    var counters: FrameCounters { state.withLock { $0.counters } }

    func count(_ change: (inout FrameCounters) -> Void) { state.withLock { change(&$0.counters) } }

    /// - Returns: nil, counted, where it could not be made.
    func seal(_ text: FrameText) -> Sealed? {
        state.withLock { state in
            do throws(ZstdError) {
                let figures = try state.compressor.compress(text.figures, room: room)
                state.lastSerial += 1
                guard !text.details.isEmpty else {
                    return Sealed(serial: state.lastSerial, content: figures, figureContent: figures.count)
                }
                let details = try state.compressor.compress(text.details, room: room.map { $0 - figures.count })
                // With no room beside: it stays for as long as the frame.
                var content: [UInt8] = []
                content.reserveCapacity(figures.count + details.count)
                content += figures
                content += details
                return Sealed(serial: state.lastSerial, content: content, figureContent: figures.count)
            } catch {
                state.counters.failed += 1
                return nil
            }
        }
    }

    /// A part of all samples of a frame; nil, counted, where it cannot be read.
    ///
    /// - Parameter staysOpen: whether more of the frame is going to be read.
    func open(_ frame: SealedFrame, _ part: Part, staysOpen: Bool = true) -> [UInt8]? {
        if part == .details, frame.detailBytes == 0 { return [] }
        return state.withLock { state in
            if let known = state.open.first(where: { $0.serial == frame.serial && $0.part == part }) {
                return known.bytes
            }
            do throws(ZstdError) {
                let bytes =
                    switch part {
                    case .figures:
                        try state.decompressor.decompress(
                            frame.content[..<frame.figureContent], size: frame.figureBytes)
                    case .details:
                        try state.decompressor.decompress(
                            frame.content[frame.figureContent...], size: frame.detailBytes)
                    }
                guard staysOpen else { return bytes }
                switch part {
                case .figures: state.counters.opened += 1
                case .details: state.counters.detailsOpened += 1
                }
                var others = Self.openBytes - bytes.count
                let kept = state.open.suffix(Self.openAtMost - 1).reversed().prefix { entry in
                    others -= entry.bytes.count
                    return others >= 0
                }
                state.open = kept.reversed() + [(frame.serial, part, bytes)]
                return bytes
            } catch {
                state.counters.failed += 1
                return nil
            }
        }
    }
}
