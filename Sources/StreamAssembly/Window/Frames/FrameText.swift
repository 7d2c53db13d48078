/// The samples of a frame as they are sealed: their figures one behind the other, and apart from them what has to be put
/// in between to make them whole. So who wants figures unpacks a ninth of what came, and no sample is scanned again.
struct FrameText {
    private(set) var figures: [UInt8] = []
    /// Of each sample with details: how many there are, and of each where it stands, how much of it is not its text, and
    /// its bytes.
    private(set) var details: [UInt8] = []

    init(_ samples: some Sequence<KeySamples.Unsealed>, byteCount: Int) {
        figures.reserveCapacity(byteCount)
        for sample in samples { append(sample) }
    }

    private mutating func append(_ sample: KeySamples.Unsealed) {
        let members = sample.details.members
        guard !members.isEmpty else {
            figures += sample.bytes
            return
        }
        var start = 0
        PackedNumber.append(members.count, to: &details)
        for member in members {
            PackedNumber.append(member.cut.lowerBound - start, to: &details)
            PackedNumber.append(member.text.lowerBound - member.cut.lowerBound, to: &details)
            PackedNumber.append(member.text.count, to: &details)
            PackedNumber.append(member.cut.upperBound - member.text.upperBound, to: &details)
            details += sample.bytes[member.cut]
            figures += sample.bytes[start..<member.cut.lowerBound]
            start = member.cut.upperBound
        }
        figures += sample.bytes[start...]
    }

    /// Puts a sample together.
    ///
    /// - Parameters:
    ///   - figures: its own.
    ///   - details: those of all samples of its frame.
    ///   - place: where its own stand; behind them afterwards.
    static func whole(
        _ figures: ArraySlice<UInt8>, _ details: [UInt8], at place: inout Int
    ) -> (bytes: [UInt8], details: SampleDetails) {
        var (bytes, members) = ([UInt8](), [SampleDetails.Member]())
        var start = figures.startIndex
        for _ in 0..<PackedNumber.read(details, at: &place) {
            let piece = Piece(details, at: &place)
            bytes += figures[start..<start + piece.gap]
            start += piece.gap
            let cut = bytes.count..<bytes.count + piece.count
            let text = cut.lowerBound + piece.before..<cut.lowerBound + piece.before + piece.text
            bytes += details[place..<place + piece.count]
            place += piece.count
            members.append(SampleDetails.Member(text: text, cut: cut))
        }
        bytes += figures[start...]
        return (bytes, SampleDetails(members: members, ignored: 0))
    }

    /// Goes past the details of a sample.
    static func skip(_ details: [UInt8], at place: inout Int) {
        for _ in 0..<PackedNumber.read(details, at: &place) {
            let piece = Piece(details, at: &place)
            place += piece.count
        }
    }

    private struct Piece {
        /// The figures before it.
        let gap: Int
        /// What is cut out with it before its text and behind it.
        let before: Int
        let text: Int
        let behind: Int

        var count: Int { before + text + behind }

        init(_ bytes: [UInt8], at place: inout Int) {
            gap = PackedNumber.read(bytes, at: &place)
            before = PackedNumber.read(bytes, at: &place)
            text = PackedNumber.read(bytes, at: &place)
            behind = PackedNumber.read(bytes, at: &place)
        }
    }
}

/// Numbers in few bytes: seven bits in each, the lowest first.
enum PackedNumber {
    static func append(_ number: Int, to bytes: inout [UInt8]) {
        var rest = number
        while rest > 0x7f {
            bytes.append(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// - Parameter place: where it begins; behind it afterwards.
    static func read(_ bytes: [UInt8], at place: inout Int) -> Int {
        var (number, shift) = (0, 0)
        while bytes[place] > 0x7f {
            number |= Int(bytes[place] & 0x7f) << shift
            shift += 7
            place += 1
        }
        defer { place += 1 }
        return number | Int(bytes[place]) << shift
    }
}
