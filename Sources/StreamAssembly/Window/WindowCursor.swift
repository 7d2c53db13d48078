/// How far a reader of the window has come. It holds places, no samples: a reader that takes its time keeps none of
/// them from leaving the window.
///
/// The newest samples of a selection are read in the order of their `t`, of one `t` by key and `id`. Which they are is
/// settled where the reading begins; what leaves the window before its turn is left out.
public struct WindowCursor: Sendable {
    /// The first and the last place, by the time at which samples count; `nil` where there is nothing to read.
    struct Bounds: Sendable {
        let oldest: WindowShares.Place
        let newest: WindowShares.Place
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
        var bounds: WindowCursor.Bounds?
        window.visitNewest { sample, place in
            guard place.time > t - configuration.maxSkewMs, left > 0 else { return false }
            guard sample.t > t, selection.matches(host: sample.host, probe: sample.probe), !isHeldBack(sample) else {
                return true
            }
            noteBytes -= SampleNotes.size(of: sample)
            guard noteBytes >= 0 else { return false }
            left -= 1
            bounds = WindowCursor.Bounds(oldest: place, newest: bounds?.newest ?? place)
            return true
        }
        let first = SampleWindow.Position(t: max(bounds?.oldest.time ?? t, t), id: ExactText(""))
        return WindowCursor(
            selection: selection, after: t, bounds: bounds,
            mark: WindowCursor.Mark(position: first, key: ExactText("")), left: limit)
    }

    /// The next samples, `maxBytes` of them or one; none where all are read.
    func next(_ cursor: inout WindowCursor, maxBytes: Int) -> [Sample] {
        guard let bounds = cursor.bounds, cursor.left > 0 else { return [] }
        let (selection, after) = (cursor.selection, cursor.after)
        var samples: [Sample] = []
        var bytes = 0
        window.visit(after: cursor.mark) { key in
            let key = StreamKey(key.text, prefix: configuration.prefix)
            return !key.isNamed || selection.matches(host: key.host, probe: key.probe)
        } sample: { held, place in
            let sample = held.sample
            guard place >= bounds.oldest, place <= bounds.newest, sample.t > after,
                selection.matches(host: sample.host, probe: sample.probe), !isHeldBack(sample)
            else { return true }
            guard samples.isEmpty || bytes + sample.bytes.count <= maxBytes else { return false }
            bytes += sample.bytes.count
            samples.append(sample)
            return samples.count < cursor.left
        }
        cursor.left = samples.isEmpty ? 0 : cursor.left - samples.count
        if let last = samples.last {
            cursor.mark = WindowCursor.Mark(position: SampleWindow.Position(last), key: ExactText(last.key))
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

    /// The samples behind a place in the order of ``WindowCursor``, until `sample` says that it is enough.
    /// O(keys × log samples of a key + visited × log keys).
    fileprivate func visit(
        after mark: WindowCursor.Mark, key isWanted: (ExactText) -> Bool,
        sample visit: (_ held: Held, _ place: WindowShares.Place) -> Bool
    ) {
        var contents: [(key: ExactText, content: KeyContent, order: SortedChunks<Position>.Ascending)] = []
        var next: [Position] = []
        var heads = IndexedHeap<Head>()
        for (key, content) in keys where content.order.last.map({ $0.t >= mark.position.t }) == true && isWanted(key) {
            var order = content.order.ascending(after: mark.start(in: key))
            guard let position = order.next() else { continue }
            heads.set(contents.count, to: Head(t: position.t, key: key))
            contents.append((key, content, order))
            next.append(position)
        }
        while let number = heads.top {
            let (key, position) = (contents[number].key, next[number])
            if let held = contents[number].content.samples[position.id] {
                let place = WindowShares.Place(time: held.time, t: position.t, id: position.id, key: key)
                guard visit(held, place) else { return }
            }
            if let position = contents[number].order.next() {
                next[number] = position
                heads.set(number, to: Head(t: position.t, key: key))
            } else {
                heads.remove(number)
            }
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
