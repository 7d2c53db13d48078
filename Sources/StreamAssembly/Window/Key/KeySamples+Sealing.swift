import DequeModule

extension KeySamples {
    /// Seals what the tail has too much of, and makes one frame of several small ones. Call it after each change.
    mutating func seal(_ sealing: Sealing, _ codec: FrameCodec) {
        let ready = tail.count - sealing.unsealed
        guard ready > 0, ready >= sealsAgainAt else { return }
        let newest = tail.suffix(sealing.unsealed).reduce(0) { $0 + ($1?.bytes.count ?? 0) }
        let enough = frames.isEmpty ? sealing.first(key) : (samples: sealing.samples, bytes: sealing.bytes)
        guard ready >= enough.samples || tailBytes - newest >= enough.bytes else { return }
        guard let frame = frame(of: Array(tail.prefix(ready)), first: tailNumber, isMerged: false, codec) else {
            sealsAgainAt = 2 * ready
            return
        }
        forgetLengths(slots.count - tail.count..<slots.count - tail.count + ready)
        sealsAgainAt = 0
        frames.append(frame)
        frameBytes += frame.byteCount
        tail.removeFirst(ready)
        tailBytes = newest
        codec.count {
            $0.sealed += 1
            $0.sealedSamples += frame.held
        }
        merge(sealing, codec)
    }

    /// A frame was written without those that have left.
    private mutating func forgetLengths(_ indices: Range<Int>) {
        for index in indices where !slots[index].isHeld { (slots[index].byteCount, slots[index].detailBytes) = (0, 0) }
    }

    /// - Returns: nil where zstd failed.
    private func frame(
        of samples: [Unsealed?], first: UInt32, isMerged: Bool, _ codec: FrameCodec
    ) -> SealedFrame? {
        let held = samples.compactMap(\.self)
        let text = FrameText(held, byteCount: held.reduce(0) { $0 + $1.bytes.count - $1.details.byteCount })
        let sealed = held.isEmpty ? nil : codec.seal(text)
        guard held.isEmpty || sealed != nil else { return nil }
        return SealedFrame(
            sealed, of: text, first: first, count: samples.count,
            ids: IDList(held.isEmpty ? [] : samples.map { $0?.id ?? ExactText("") }), held: held.count,
            isMerged: isMerged)
    }

    /// Makes one frame of the last ones, once they hold enough: many consecutive samples together take less than half of
    /// what a few do.
    private mutating func merge(_ sealing: Sealing, _ codec: FrameCodec) {
        var (start, samples, bytes) = (frames.count, 0, 0)
        while start > 0, !frames[start - 1].isMerged {
            start -= 1
            samples += frames[start].count
            bytes += frames[start].rawBytes
        }
        let enough =
            start == 0 ? sealing.firstMerged(key) : (samples: sealing.mergedSamples, bytes: sealing.mergedBytes)
        guard samples >= enough.samples || bytes >= enough.bytes else { return }
        // One is as large as frames get, or they stay as they are where they cannot be made one.
        guard frames.count - start > 1, let merged = merged(from: start, codec) else {
            for index in start..<frames.count { frames[index].isMerged = true }
            return
        }
        let firstIndex = Int(merged.first &- firstNumber)
        forgetLengths(firstIndex..<firstIndex + merged.count)
        frameBytes += merged.byteCount - frames[start...].reduce(0) { $0 + $1.byteCount }
        frames.removeSubrange(start...)
        frames.append(merged)
        codec.count { $0.merged += 1 }
    }

    private func merged(from start: Int, _ codec: FrameCodec) -> SealedFrame? {
        var samples: [Unsealed?] = []
        for frame in frames[start...] {
            guard let part = unsealed(frame, codec) else { return nil }
            samples += part
        }
        return frame(of: samples, first: frames[start].first, isMerged: true, codec)
    }

    /// The samples of a frame; nil for each that has left, and nil in place of all where the frame cannot be read.
    private func unsealed(_ frame: SealedFrame, _ codec: FrameCodec) -> [Unsealed?]? {
        guard frame.held > 0 else { return [Unsealed?](repeating: nil, count: frame.count) }
        guard let figures = codec.open(frame, .figures, staysOpen: false),
            let details = codec.open(frame, .details, staysOpen: false)
        else { return nil }
        var (samples, start, place) = ([Unsealed?](), 0, 0)
        for (index, id) in frame.ids.texts.enumerated() {
            let slot = slot(frame.first &+ UInt32(index))
            let own = figures[start..<start + slot.figureBytes]
            start = own.endIndex
            guard slot.isHeld else {
                if slot.detailBytes > 0 { FrameText.skip(details, at: &place) }
                samples.append(nil)
                continue
            }
            let (bytes, found) = slot.detailBytes > 0 ? FrameText.whole(own, details, at: &place) : (Array(own), .none)
            samples.append(Unsealed(id: id, bytes: bytes, details: found))
        }
        return samples
    }

    /// Whether more samples have left, amid others, than are held: their frames' bytes may be those of the former.
    var isScattered: Bool { slots.count - count > count + 32 }

    /// Writes all anew, so that nothing is kept of those that have left.
    mutating func rewrite(_ sealing: Sealing, _ codec: FrameCodec) {
        var all: [Unsealed?] = []
        for frame in frames {
            guard let part = unsealed(frame, codec) else { return }
            all += part
        }
        all += tail
        let kept = order.compactMap { number in
            all[Int(number &- firstNumber)].map { (slot: slot(number), sample: $0) }
        }
        clear()
        for (slot, sample) in kept {
            append(slot, sample)
            seal(sealing, codec)
        }
        codec.count { $0.rewritten += 1 }
    }

    // MARK: Reading

    /// A sample; nil where its frame cannot be read.
    ///
    /// - Parameter part: what of it is wanted; of figures a sample that has nothing else.
    func sample(_ number: UInt32, _ codec: FrameCodec, _ part: SamplePart = .whole) -> Sample? {
        let content = part == .figures ? figures(of: number, codec).map { ($0, .none) } : content(of: number, codec)
        return content.map { bytes, details in
            Sample(SampleOutline(held(number), id: id(of: number)), bytes: bytes, details: details)
        }
    }

    /// The bytes of a sample, and where its details stand in them; nil where its frame cannot be read.
    func content(of number: UInt32, _ codec: FrameCodec) -> (bytes: [UInt8], details: SampleDetails)? {
        if let unsealed = unsealed(number) { return (unsealed.bytes, unsealed.details) }
        guard let index = frameIndex(of: number), let figures = codec.open(frames[index], .figures) else { return nil }
        let (start, detailed) = place(of: number, in: frames[index])
        let own = figures[start..<start + slot(number).figureBytes]
        guard slot(number).detailBytes > 0 else { return (Array(own), .none) }
        guard let details = codec.open(frames[index], .details) else { return nil }
        var place = 0
        for _ in 0..<detailed { FrameText.skip(details, at: &place) }
        return FrameText.whole(own, details, at: &place)
    }

    /// The figures of a sample; nil where its frame cannot be read.
    func figures(of number: UInt32, _ codec: FrameCodec) -> [UInt8]? {
        if let unsealed = unsealed(number) { return unsealed.figures }
        guard let index = frameIndex(of: number), let figures = codec.open(frames[index], .figures) else { return nil }
        let start = place(of: number, in: frames[index]).start
        return Array(figures[start..<start + slot(number).figureBytes])
    }

    /// Where the figures of a sample begin in its frame, and how many before it have details.
    private func place(of number: UInt32, in frame: SealedFrame) -> (start: Int, detailed: Int) {
        var (start, detailed) = (0, 0)
        var before = frame.first
        while before != number {
            let slot = slot(before)
            start += slot.figureBytes
            if slot.detailBytes > 0 { detailed += 1 }
            before &+= 1
        }
        return (start, detailed)
    }
}

extension KeySamples.Slot {
    fileprivate var figureBytes: Int { Int(byteCount - detailBytes) }
}
