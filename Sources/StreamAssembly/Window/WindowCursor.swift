import DequeModule

/// How far a reader of the window has come. It holds places, no samples: a reader that takes its time keeps none of
/// them from leaving the window.
///
/// The newest samples of a selection are read in the order of their `t`, of one `t` by key and `id`. Which they are is
/// settled where the reading begins; what leaves the window before its turn is left out.
public struct WindowCursor: Sendable {
    /// A sample's place among all, by the time at which samples count.
    struct Place: Sendable {
        let time: Double
        let t: Double
        let key: ExactText
        let id: ExactText
    }

    /// The first and the last place; `nil` where there is nothing to read.
    struct Bounds: Sendable {
        let oldest: Place
        let newest: Place
    }

    /// The sample that was read last, or where to begin.
    struct Mark: Sendable {
        let position: SampleWindow.Position
        let key: ExactText
    }

    let selection: Selection
    let after: Double
    let bounds: Bounds?
    var mark: Mark
    var left: Int
}

extension AssemblerState {
    /// Makes ready to read the newest samples of a selection over all keys, newer than `t`.
    ///
    /// The newest by the time at which they count in the window: one that says it is of the future is no newer for that.
    /// - Parameters:
    ///   - limit: how many at most.
    ///   - noteBytes: how long their ``SampleNotes`` may be, about; where they are longer the oldest are left out.
    func cursor(_ selection: Selection, after t: Double, limit: Int, noteBytes: Int = .max) -> WindowCursor {
        var (left, noteBytes) = (limit, noteBytes)
        var ends: (oldest: HeldSample, newest: HeldSample)?
        window.visitNewest { sample in
            guard left > 0, sample.time > t - configuration.maxSkewMs else { return false }
            guard sample.t > t, selection.matches(host: sample.host, probe: sample.probe), !isHeldBack(sample) else {
                return true
            }
            noteBytes -= SampleNotes.size(key: sample.key.text, sample.traits)
            guard noteBytes >= 0 else { return false }
            left -= 1
            ends = (sample, ends?.newest ?? sample)
            return true
        }
        let bounds = ends.flatMap { ends in
            window.place(ends.oldest).flatMap { oldest in
                window.place(ends.newest).map { WindowCursor.Bounds(oldest: oldest, newest: $0) }
            }
        }
        let first = SampleWindow.Position(t: max(bounds?.oldest.time ?? t, t), id: ExactText(""))
        return WindowCursor(
            selection: selection, after: t, bounds: bounds,
            mark: WindowCursor.Mark(position: first, key: ExactText("")), left: limit)
    }

    /// The next samples, `maxBytes` of them or one; none where all are read.
    func next(_ cursor: inout WindowCursor, maxBytes: Int) -> [Sample] {
        guard let bounds = cursor.bounds, cursor.left > 0 else { return [] }
        let (selection, after, left) = (cursor.selection, cursor.after, cursor.left)
        var chosen: [HeldSample] = []
        var bytes = 0
        window.visit(after: cursor.mark) { key in
            let key = StreamKey(key.text, prefix: configuration.prefix)
            return !key.isNamed || selection.matches(host: key.host, probe: key.probe)
        } sample: { sample in
            guard sample.t > after, selection.matches(host: sample.host, probe: sample.probe), !isHeldBack(sample),
                window.isWithin(sample, bounds)
            else { return true }
            guard chosen.isEmpty || bytes + sample.byteCount <= maxBytes else { return false }
            bytes += sample.byteCount
            chosen.append(sample)
            return chosen.count < left
        }
        let samples = window.read(chosen)
        cursor.left = chosen.isEmpty ? 0 : left - chosen.count
        if let last = chosen.last, let place = window.place(last) {
            cursor.mark = WindowCursor.Mark(
                position: SampleWindow.Position(t: place.t, id: place.id), key: place.key)
        }
        return samples
    }
}

extension SampleWindow {
    /// A key whose samples are being visited, by its next one: the greatest is the one whose turn it is.
    private struct Head: Comparable {
        let t: Double
        let key: ExactText

        static func < (left: Head, right: Head) -> Bool {
            left.t != right.t ? right.t < left.t : right.key < left.key
        }
    }

    /// The same for those who visit the newest first, by the time at which samples count.
    private struct NewestHead: Comparable {
        let time: Double
        let t: Double
        let key: ExactText

        static func < (left: NewestHead, right: NewestHead) -> Bool {
            if left.time != right.time { return left.time < right.time }
            return left.t != right.t ? left.t < right.t : left.key < right.key
        }
    }

    fileprivate func place(_ sample: HeldSample) -> WindowCursor.Place? {
        numbers[sample.key].map {
            WindowCursor.Place(
                time: sample.time, t: sample.t, key: sample.key, id: contents[$0].id(of: sample.number))
        }
    }

    fileprivate func isWithin(_ sample: HeldSample, _ bounds: WindowCursor.Bounds) -> Bool {
        compare(sample, bounds.oldest) >= 0 && compare(sample, bounds.newest) <= 0
    }

    /// Whether a sample stands before (-1) or behind (1) a place, or there (0). Its id is looked for where nothing else
    /// tells.
    private func compare(_ sample: HeldSample, _ place: WindowCursor.Place) -> Int {
        if sample.time != place.time { return sample.time < place.time ? -1 : 1 }
        if sample.t != place.t { return sample.t < place.t ? -1 : 1 }
        if sample.key != place.key { return sample.key < place.key ? -1 : 1 }
        guard let id = self.place(sample)?.id, id != place.id else { return 0 }
        return id < place.id ? -1 : 1
    }

    /// The samples by the time at which they count, the newest first, until `visit` says that it is enough.
    /// O(keys + visited × log keys).
    fileprivate func visitNewest(_ visit: (HeldSample) -> Bool) {
        var left: [Int] = []
        var heads = IndexedHeap<NewestHead>()
        func show(_ number: Int) {
            let content = contents[number]
            guard left[number] > 0 else { return heads.remove(number) }
            let slot = content.slot(content.byTime[left[number] - 1])
            heads.set(number, to: NewestHead(time: slot.time, t: slot.t, key: content.key))
        }
        for (number, content) in contents.enumerated() {
            left.append(content.count)
            show(number)
        }
        while let number = heads.top {
            left[number] -= 1
            guard visit(contents[number].held(contents[number].byTime[left[number]])) else { return }
            show(number)
        }
    }

    /// The samples behind a place in the order of ``WindowCursor``, until `sample` says that it is enough.
    /// O(keys × log samples of a key + visited × log keys).
    fileprivate func visit(
        after mark: WindowCursor.Mark, key isWanted: (ExactText) -> Bool, sample visit: (HeldSample) -> Bool
    ) {
        var next = [Int](repeating: 0, count: contents.count)
        var heads = IndexedHeap<Head>()
        func show(_ number: Int) {
            let content = contents[number]
            guard next[number] < content.count else { return heads.remove(number) }
            heads.set(number, to: Head(t: content.slot(content.order[next[number]]).t, key: content.key))
        }
        for (key, number) in numbers {
            let content = contents[number]
            guard let last = content.order.last, content.slot(last).t >= mark.position.t, isWanted(key) else {
                continue
            }
            let start = mark.start(in: key)
            next[number] = content.index(after: start.t, start.id)
            show(number)
        }
        while let number = heads.top {
            let sample = contents[number].held(contents[number].order[next[number]])
            next[number] += 1
            guard visit(sample) else { return }
            show(number)
        }
    }
}

extension WindowCursor.Mark {
    /// Behind which of its positions a key goes on: of one `t` the keys come one after the other.
    fileprivate func start(in key: ExactText) -> SampleWindow.Position {
        if key == self.key { return position }
        let isDone = key < self.key
        return SampleWindow.Position(t: isDone ? position.t.nextUp : position.t, id: ExactText(""))
    }
}
