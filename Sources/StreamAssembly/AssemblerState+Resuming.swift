extension AssemblerState {
    /// The marks of all keys of a selection that have samples in the window.
    func marks(_ selection: Selection) -> KeyMarks {
        var marks = KeyMarks()
        for name in window.keyNames where isWanted(name, selection) {
            marks[name] = mark(of: name)
        }
        return marks
    }

    /// The samples that a client has missed since the daemon that gave it `marks` went away; oldest first within a key.
    ///
    /// Nil where it cannot be shown that these samples are all that changed. It is shown for a key if the rows that the
    /// mark tells of are the very rows that stand in the mark's range now: then none was removed and none was added
    /// among them, and what is newer than the mark is new to the client.
    ///
    /// - Parameters:
    ///   - marks: by key; nil for a key whose mark cannot be used.
    ///   - now: the daemon's clock, Unix epoch in ms.
    mutating func missed(since marks: [String: KeyMark?], _ selection: Selection, now: Double) -> [Sample]? {
        expire(now: now)
        for (key, mark) in marks {
            guard let mark else { return nil }
            // Nothing of it is young enough for a window.
            if mark.newest < now - window.limits.ageMs { continue }
            guard let ledger = ledger[key], ledger.agrees(with: mark), !holdsBack(key) else { return nil }
            // A window that reaches deeper than the mark may hold what came late.
            if let oldest = window.span(of: key)?.firstT, oldest <= mark.above { return nil }
        }
        var missed: [Sample] = []
        for name in window.keyNames where isWanted(name, selection) {
            let known = marks[name].flatMap { $0?.newest } ?? -.infinity
            let new = window.newest(of: name) { $0 > known }
                .filter { selection.matches(host: $0.host, probe: $0.probe) && !isHeldBack($0) }
            missed += new.reversed()
        }
        return missed
    }

    /// Whether some samples of a key are not told: what is told of it may change without a change of the key.
    private func holdsBack(_ name: String) -> Bool {
        !StreamKey(name, prefix: configuration.prefix).isNamed
            && window.newest(.max, of: name).contains(where: isHeldBack)
    }

    private func mark(of name: String) -> KeyMarks.Mark {
        holdsBack(name) ? .unsettled : ledger.mark(of: name, in: window)
    }

    /// Whether a key may hold samples of the selection.
    private func isWanted(_ name: String, _ selection: Selection) -> Bool {
        let key = StreamKey(name, prefix: configuration.prefix)
        if key.isNamed { return selection.matches(host: key.host, probe: key.probe) }
        return window.newest(.max, of: name).contains {
            selection.matches(host: $0.host, probe: $0.probe) && !isHeldBack($0)
        }
    }

    /// The marks of the keys that an emission tells of, as they stand now.
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
    /// The keys that it tells of.
    fileprivate var keys: Set<ExactText> {
        switch self {
        case .samples(let samples): Set(samples.lazy.map { ExactText($0.key) })
        case .gone(let keys, let samples):
            Set(keys.lazy.map { ExactText($0.key) }).union(samples.lazy.map { ExactText($0.key) })
        case .resync(let keys): Set(keys.lazy.map { ExactText($0.key) })
        }
    }

    /// Whether a client that is told of it holds nothing of the key any more.
    fileprivate func empties(_ key: StreamKey) -> Bool {
        guard case .gone(let keys, _) = self, key.isNamed else { return false }
        return keys.contains { ExactText($0.key) == ExactText(key.name) }
    }
}
