import DequeModule
import HeapModule

extension AssemblerState {
    /// Keys and samples that a step looks at, about: a few milliseconds.
    private static var looksOfStep: Int { 4096 }
    /// Bytes that are unpacked for a step: about a millisecond.
    private static var bytesOfStep: Int { 1 << 20 }

    /// Makes ready to read the newest samples of a selection over all keys, newer than `t`.
    ///
    /// The newest by the time at which they count in the window: one that says it is of the future is no newer for that.
    /// - Parameters:
    ///   - limit: how many at most.
    ///   - noteBytes: how long their ``SampleNotes`` may be, about; where they are longer the oldest are left out.
    func cursor(_ selection: Selection, after t: Double, limit: Int, noteBytes: Int = .max) -> WindowCursor {
        WindowCursor(selection, after: t, limit: limit, noteBytes: noteBytes)
    }

    /// The next samples, `maxBytes` of them or one; none where all are read. It may take many steps.
    func next(_ cursor: inout WindowCursor, maxBytes: Int) -> [Sample] {
        while let samples = step(&cursor, maxBytes: maxBytes) {
            if !samples.isEmpty { return samples }
        }
        return []
    }

    /// One step: the samples that it came to, `maxBytes` of them or one, or none yet; nil where all are read.
    func step(_ cursor: inout WindowCursor, maxBytes: Int) -> [Sample]? {
        let end = cursor.looks + Self.looksOfStep
        while cursor.looks < end {
            switch cursor.stage {
            case .gathering(let name): gather(&cursor, after: name, until: end)
            case .settling: settle(&cursor, until: end)
            case .placing: place(&cursor, until: end)
            case .reading: return read(&cursor, maxBytes: maxBytes, until: end)
            }
        }
        return []
    }

    // MARK: Steps

    private func gather(_ cursor: inout WindowCursor, after name: ExactText?, until end: Int) {
        let selection = cursor.selection
        let looks = 1 + selection.patterns / 10
        var last = name
        window.sorted.visit(after: name) { entry in
            guard cursor.looks < end else { return false }
            cursor.looks += looks
            last = entry.name
            let content = window.contents[entry.number]
            guard let sample = content.byTime.last.map(content.held),
                !sample.isOfNamedKey || selection.matches(host: sample.host, probe: sample.probe)
            else { return true }
            cursor.newest.insert(.init(time: sample.time, t: sample.t, key: entry.name))
            return true
        }
        cursor.stage = cursor.looks < end ? .settling : .gathering(after: last)
    }

    private func settle(_ cursor: inout WindowCursor, until end: Int) {
        let (selection, after) = (cursor.selection, cursor.after)
        var (oldest, newest): (HeldSample?, HeldSample?) = (nil, nil)
        var isSettled = false
        while cursor.looks < end {
            cursor.looks += 1
            guard cursor.left > 0, cursor.noteBytes >= 0, var head = cursor.newest.popMax(),
                head.time > after - configuration.maxSkewMs
            else {
                isSettled = true
                break
            }
            guard let content = window.content(of: head.key) else { continue }
            let byTime = content.byTime
            var index = content.indexByTime(behind: head.time, head.t) - 1
            while index >= 0, cursor.left > 0 {
                let sample = content.held(byTime[index])
                guard sample.time == head.time, sample.t == head.t else { break }
                (index, cursor.looks) = (index - 1, cursor.looks + 1)
                guard isRead(sample, selection, after: after) else { continue }
                cursor.noteBytes -= SampleNotes.size(key: sample.key.text, sample.traits)
                guard cursor.noteBytes >= 0 else { break }
                cursor.left -= 1
                if !head.isChosen { cursor.chosen.append(head.key) }
                head.isChosen = true
                (oldest, newest) = (sample, newest ?? sample)
            }
            guard index >= 0 else { continue }
            let slot = content.slot(byTime[index])
            cursor.newest.insert(.init(time: slot.time, t: slot.t, key: head.key, isChosen: head.isChosen))
        }
        if let oldest = oldest.flatMap(window.place), let newest = newest.flatMap(window.place) {
            cursor.ends = WindowCursor.Ends(oldest: oldest, newest: cursor.ends?.newest ?? newest)
        }
        if isSettled { (cursor.newest, cursor.stage) = ([], .placing) }
    }

    private func isRead(_ sample: HeldSample, _ selection: Selection, after t: Double) -> Bool {
        sample.t > t && (sample.isOfNamedKey || selection.matches(host: sample.host, probe: sample.probe))
            && !isHeldBack(sample)
    }

    private func place(_ cursor: inout WindowCursor, until end: Int) {
        // No sample counts later than its `t` says.
        let start = max(cursor.ends?.oldest.time ?? cursor.after, cursor.after)
        while cursor.looks < end {
            cursor.looks += 1
            guard let key = cursor.chosen.popLast() else {
                // A reader may take its time from here on, and the room of all these names would stay.
                cursor.chosen = []
                return cursor.stage = .reading
            }
            show(key, from: start, in: &cursor)
        }
    }

    /// Puts a key among the others by its first sample from a time on.
    private func show(_ key: ExactText, from t: Double, in cursor: inout WindowCursor) {
        guard let content = window.content(of: key) else { return }
        let index = content.index(from: t)
        guard index < content.count else { return }
        cursor.oldest.insert(.init(t: content.slot(content.order[index]).t, key: key))
    }

    private func read(_ cursor: inout WindowCursor, maxBytes: Int, until end: Int) -> [Sample]? {
        guard let ends = cursor.ends, cursor.toRead > 0, !cursor.oldest.isEmpty else { return nil }
        let (selection, after) = (cursor.selection, cursor.after)
        var samples: [HeldSample] = []
        var bytes = 0
        var cost = ReadingCost(selection.part)
        while cursor.looks < end, cursor.toRead > 0, let head = cursor.oldest.popMin() {
            cursor.looks += 1
            let lastID = cursor.lastID
            cursor.lastID = nil
            guard let content = window.content(of: head.key) else { continue }
            var index = lastID.map { content.index(after: head.t, $0) } ?? content.index(from: head.t)
            while index < content.count, cursor.toRead > 0 {
                let sample = content.held(content.order[index])
                guard sample.t == head.t else { break }
                if isRead(sample, selection, after: after), window.isBetween(sample, ends) {
                    let isFull = bytes + sample.byteCount > maxBytes || cost.bytes > Self.bytesOfStep
                    if isFull, !samples.isEmpty { break }
                    bytes += sample.byteCount
                    cost.add(sample, in: window)
                    samples.append(sample)
                    cursor.toRead -= 1
                }
                (index, cursor.looks) = (index + 1, cursor.looks + 1)
            }
            guard index < content.count else { continue }
            let next = content.slot(content.order[index]).t
            cursor.oldest.insert(.init(t: next, key: head.key))
            guard next == head.t else { continue }
            // It was full amid samples of one time, or at the first of them.
            if index > 0, content.slot(content.order[index - 1]).t == next {
                cursor.lastID = content.id(of: content.order[index - 1])
            }
            break
        }
        cursor.bytesRead += cost.bytes
        cursor.samplesRead += samples.count
        return window.read(samples, selection.part)
    }
}

extension SampleWindow {
    fileprivate func content(of key: ExactText) -> KeySamples? { numbers[key].map { contents[$0] } }

    fileprivate func place(_ sample: HeldSample) -> WindowCursor.Place? {
        content(of: sample.key).map {
            WindowCursor.Place(time: sample.time, t: sample.t, key: sample.key, id: $0.id(of: sample.number))
        }
    }

    fileprivate func isBetween(_ sample: HeldSample, _ ends: WindowCursor.Ends) -> Bool {
        compare(sample, ends.oldest) >= 0 && compare(sample, ends.newest) <= 0
    }

    /// Whether a sample stands before (-1) or behind (1) a place, or there (0). Its id is looked for where nothing else
    /// tells.
    private func compare(_ sample: HeldSample, _ place: WindowCursor.Place) -> Int {
        if sample.time != place.time { return sample.time < place.time ? -1 : 1 }
        if sample.t != place.t { return sample.t < place.t ? -1 : 1 }
        if sample.key != place.key { return sample.key < place.key ? -1 : 1 }
        guard let id = content(of: sample.key)?.id(of: sample.number), id != place.id else { return 0 }
        return id < place.id ? -1 : 1
    }
}
