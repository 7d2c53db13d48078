import DequeModule

extension KeySamples {
    /// Seals what the tail has too much of, and makes one frame of several small ones. Call it after each change.
    mutating func seal(_ sealing: Sealing, _ codec: FrameCodec) {
        let ready = tail.count - sealing.unsealed
        guard ready > 0, ready >= sealsAgainAt else { return }
        let newest = tail.suffix(sealing.unsealed).reduce(0) { $0 + ($1?.bytes.count ?? 0) }
        guard ready >= sealing.samples || tailBytes - newest >= sealing.bytes else { return }
        guard let frame = frame(of: Array(tail.prefix(ready)), first: tailNumber, isMerged: false, codec) else {
            sealsAgainAt = 2 * ready
            return
        }
        for index in slots.count - tail.count..<slots.count - tail.count + ready where !slots[index].isHeld {
            slots[index].byteCount = 0
        }
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

    /// - Returns: nil where zstd failed.
    private func frame(
        of samples: [Unsealed?], first: UInt32, isMerged: Bool, _ codec: FrameCodec
    ) -> SealedFrame? {
        var (bytes, held) = ([UInt8](), 0)
        bytes.reserveCapacity(samples.reduce(0) { $0 + ($1?.bytes.count ?? 0) })
        for case let sample? in samples {
            bytes += sample.bytes
            held += 1
        }
        var (serial, content) = (UInt64(0), [UInt8]())
        if held > 0 {
            guard let sealed = codec.seal(bytes) else { return nil }
            (serial, content) = sealed
        }
        return SealedFrame(
            serial: serial, first: first, count: samples.count, content: content, rawBytes: bytes.count,
            ids: IDList(held > 0 ? samples.map { $0?.id ?? ExactText("") } : []), held: held, isMerged: isMerged)
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
        guard samples >= sealing.mergedSamples || bytes >= sealing.mergedBytes else { return }
        // One is as large as frames get, or they stay as they are where they cannot be made one.
        guard frames.count - start > 1, let merged = merged(from: start, codec) else {
            for index in start..<frames.count { frames[index].isMerged = true }
            return
        }
        let firstIndex = Int(merged.first &- firstNumber)
        for index in firstIndex..<firstIndex + merged.count where !slots[index].isHeld { slots[index].byteCount = 0 }
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
        guard let bytes = codec.open(frame, staysOpen: false) else { return nil }
        var (samples, place) = ([Unsealed?](), 0)
        for (index, id) in frame.ids.texts.enumerated() {
            let slot = slot(frame.first &+ UInt32(index))
            let end = place + Int(slot.byteCount)
            samples.append(slot.isHeld ? Unsealed(id: id, bytes: Array(bytes[place..<end])) : nil)
            place = end
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

    /// The bytes of a sample; nil where its frame cannot be read.
    func bytes(of number: UInt32, _ codec: FrameCodec) -> [UInt8]? {
        if let unsealed = unsealed(number) { return unsealed.bytes }
        guard let index = frameIndex(of: number), let bytes = codec.open(frames[index]) else { return nil }
        var start = 0
        var before = frames[index].first
        while before != number {
            start += Int(slot(before).byteCount)
            before &+= 1
        }
        return Array(bytes[start..<start + Int(slot(number).byteCount)])
    }

    func sample(_ number: UInt32, _ codec: FrameCodec) -> Sample? {
        bytes(of: number, codec).map { Sample(SampleOutline(held(number), id: id(of: number)), bytes: $0) }
    }
}
