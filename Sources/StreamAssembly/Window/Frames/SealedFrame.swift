/// Consecutive samples of one key as one zstd frame, and their ids beside it. Sealed frames never change but by losing
/// samples: the bytes of a lost one stay until the frame goes or is written anew.
struct SealedFrame: Sendable {
    /// Names the frame in the memory of ``FrameCodec``; no two have one.
    let serial: UInt64
    /// The number of the first sample in it.
    let first: UInt32
    /// How many it was made of, in the order of their numbers.
    let count: Int
    /// The two parts of ``FrameText``, each compressed, figures first; empty once no sample is held.
    private(set) var content: [UInt8]
    /// How many bytes of `content` are of figures.
    let figureContent: Int
    /// How long figures are.
    let figureBytes: Int
    /// How long details are, with what tells where they stand.
    let detailBytes: Int
    private(set) var ids: IDList
    /// How many of them the window still holds.
    private(set) var held: Int
    /// Whether it is as large as frames get, and is not merged with its neighbours.
    var isMerged: Bool

    init(
        _ sealed: FrameCodec.Sealed?, of text: FrameText, first: UInt32, count: Int, ids: IDList, held: Int,
        isMerged: Bool
    ) {
        serial = sealed?.serial ?? 0
        content = sealed?.content ?? []
        figureContent = sealed?.figureContent ?? 0
        (figureBytes, detailBytes) = (text.figures.count, text.details.count)
        self.first = first
        self.count = count
        self.ids = ids
        self.held = held
        self.isMerged = isMerged
    }

    /// What it holds, without what the arrays cost besides.
    var byteCount: Int { content.count + ids.byteCount }

    /// How long it is unpacked.
    var rawBytes: Int { figureBytes + detailBytes }

    /// How many bytes are unpacked for that part of its samples.
    func byteCount(of part: SamplePart) -> Int { part == .figures ? figureBytes : rawBytes }

    /// One of its samples left the window.
    mutating func lose() {
        held -= 1
        if held == 0 { (content, ids) = ([], IDList([])) }
    }
}

/// Ids one after the other, each told by what it has in common with the first: those of one key mostly differ in their
/// last digits, and take 4 bytes in place of 80.
struct IDList: Sendable {
    private let bytes: [UInt8]

    init(_ ids: [ExactText]) {
        var bytes: [UInt8] = []
        let first = ids.first.map { Array($0.text.utf8) } ?? []
        for id in ids {
            let utf8 = Array(id.text.utf8)
            let common = bytes.isEmpty ? 0 : zip(first, utf8).prefix { $0 == $1 }.count
            PackedNumber.append(common, to: &bytes)
            PackedNumber.append(utf8.count - common, to: &bytes)
            bytes += utf8[common...]
        }
        self.bytes = bytes
    }

    var byteCount: Int { bytes.count }

    /// The id at an index. O(index).
    subscript(index: Int) -> ExactText {
        var (place, current, first) = (0, 0, 0..<0)
        while place < bytes.count {
            let common = PackedNumber.read(bytes, at: &place)
            let count = PackedNumber.read(bytes, at: &place)
            let rest = place..<place + count
            if current == index { return text(bytes[first.prefix(common)], bytes[rest]) }
            if current == 0 { first = rest }
            (place, current) = (rest.upperBound, current + 1)
        }
        return ExactText("")
    }

    /// All of them. O(count).
    var texts: [ExactText] {
        var (place, first) = (0, 0..<0)
        var texts: [ExactText] = []
        while place < bytes.count {
            let common = PackedNumber.read(bytes, at: &place)
            let count = PackedNumber.read(bytes, at: &place)
            let rest = place..<place + count
            texts.append(text(bytes[first.prefix(common)], bytes[rest]))
            if texts.count == 1 { first = rest }
            place = rest.upperBound
        }
        return texts
    }

    private func text(_ common: ArraySlice<UInt8>, _ rest: ArraySlice<UInt8>) -> ExactText {
        ExactText(
            String(unsafeUninitializedCapacity: common.count + rest.count) { room in
                let end = room.update(fromContentsOf: common)
                return room[end...].update(fromContentsOf: rest)
            })
    }
}
