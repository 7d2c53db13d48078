extension AssemblerState {
    /// The marks of all keys of a selection that have samples in the window; nil where they would take more than
    /// `maxBytes`.
    func marks(_ selection: Selection, maxBytes: Int) -> KeyMarks? {
        var (marks, bytes) = (KeyMarks(), 0)
        for (key, number) in window.numbers where isWanted(number, selection) {
            bytes += KeyMarks.size(of: key.text)
            if bytes > maxBytes { return nil }
            marks[key.text] = mark(of: key.text)
        }
        return marks
    }

    /// Where a client of this daemon stands that knows all of a selection so far; nil if that is of more than
    /// `keysAtMost` keys.
    func position(_ selection: Selection, keysAtMost: Int) -> StreamPosition? {
        var names: [String] = []
        for (key, number) in window.numbers where isWanted(number, selection) {
            names.append(key.text)
            if names.count > keysAtMost { return nil }
        }
        var marks = KeyMarks()
        for name in names { marks[name] = mark(of: name) }
        return StreamPosition(epoch: "", seq: seq, marks: marks.known)
    }

    /// What a client has missed since it lost the daemon that gave it `marks`. Nothing is read for it: who looks for what
    /// is too long has opened no frame.
    ///
    /// Nil if it would be longer than `maxBytes`, or if it is not certain that nothing else has changed. For a key it is
    /// certain if the rows in the mark's range are still the same rows: then none of them was removed and none was added
    /// between them, and all newer rows are new to the client.
    ///
    /// - Parameters:
    ///   - marks: by key. Nil means that the mark of this key cannot be used.
    ///   - now: the daemon's clock, Unix epoch in ms.
    mutating func missed(
        since marks: [String: KeyMark?], _ selection: Selection, now: Double, maxBytes: Int
    ) -> MissedSamples? {
        expire(now: now)
        for (key, mark) in marks {
            // As a key that nothing is known of: else a mark that somebody made up would tell what it holds.
            if let bounds = selection.bounds, !isAll(of: key, within: bounds) { return nil }
            guard let mark else { return nil }
            guard let ledger = ledger[key], ledger.agrees(with: mark), !holdsBack(key) else { return nil }
            // If the window reaches further back than the mark, it may contain samples that came late.
            if let oldest = window.span(of: key)?.firstT, oldest <= mark.above { return nil }
        }
        var missed = MissedSamples(part: selection.part)
        for (key, number) in window.numbers where isWanted(number, selection) {
            let known = marks[key.text].flatMap { $0?.newest } ?? -.infinity
            var new: [HeldSample] = []
            window.visitNewest(of: number) { sample in
                guard sample.t > known else { return false }
                guard selection.matches(host: sample.host, probe: sample.probe), !isHeldBack(sample) else {
                    return true
                }
                if new.isEmpty { missed.byteCount += KeyMarks.size(of: key.text) }
                missed.byteCount += MissedSamples.size(of: sample, selection.part)
                new.append(sample)
                return missed.byteCount <= maxBytes
            }
            if missed.byteCount > maxBytes { return nil }
            if !new.isEmpty { missed.columns.append((key, new)) }
        }
        missed.columns.sort { $0.key < $1.key }
        return missed
    }

    /// The samples themselves, oldest first within a key, and the marks of their keys.
    func read(_ missed: MissedSamples) -> (samples: [Sample], marks: KeyMarks) {
        var (samples, marks): ([Sample], KeyMarks) = ([], KeyMarks())
        for (key, new) in missed.columns {
            samples += window.read(new.reversed(), missed.part)
            marks[key.text] = mark(of: key.text)
        }
        return (samples, marks)
    }

    /// Whether the key can hold nothing but what is within the bounds. Who else writes to a key without a host is not
    /// known from its name.
    private func isAll(of name: String, within bounds: SelectionBounds) -> Bool {
        let key = StreamKey(name, prefix: configuration.prefix)
        return key.isNamed && bounds.allow(host: key.host, probe: key.probe)
    }

    /// Whether clients are not told of some samples of the key. Then what they are told may change without a change of
    /// the key.
    private func holdsBack(_ name: String) -> Bool {
        guard let newest = window.newestHeld(of: name), !newest.isOfNamedKey else { return false }
        return window.holds(of: name, where: isHeldBack)
    }

    private func mark(of name: String) -> KeyMarks.Mark {
        holdsBack(name) ? .unsettled : ledger.mark(of: name, in: window)
    }

    /// Whether a key may hold samples of the selection.
    private func isWanted(_ number: Int, _ selection: Selection) -> Bool {
        guard let newest = window.newestHeld(of: number) else { return false }
        if newest.isOfNamedKey { return selection.matches(host: newest.host, probe: newest.probe) }
        return window.holds(of: newest.key.text) {
            selection.matches(host: $0.host, probe: $0.probe) && !isHeldBack($0)
        }
    }

    /// The marks, as of now, of the keys in an emission.
    func marks(of kind: Emission.Kind) -> KeyMarks {
        var marks = KeyMarks()
        for key in kind.keys {
            let isEmptied = ledger[key.text] == nil && kind.empties(StreamKey(key.text, prefix: configuration.prefix))
            marks[key.text] = isEmptied ? .empty : mark(of: key.text)
        }
        return marks
    }
}

extension Emission.Kind {
    /// The keys in it.
    fileprivate var keys: Set<ExactText> {
        switch self {
        case .samples(let samples): Set(samples.lazy.map { ExactText($0.key) })
        case .gone(let keys, let samples):
            Set(keys.lazy.map { ExactText($0.key) }).union(samples.lazy.map { ExactText($0.key) })
        case .resync(let keys): Set(keys.lazy.map { ExactText($0.key) })
        }
    }

    /// Whether a client that gets it holds nothing of the key any more.
    fileprivate func empties(_ key: StreamKey) -> Bool {
        guard case .gone(let keys, _) = self, key.isNamed else { return false }
        return keys.contains { ExactText($0.key) == ExactText(key.name) }
    }
}
