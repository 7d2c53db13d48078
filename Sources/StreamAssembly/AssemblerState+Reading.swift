import JSONBytes

extension AssemblerState {
    /// The newest `depth` samples of each key. They are taken level by level, the newest level first, until `maxBytes`
    /// are full. So if something is cut, each key keeps the same depth. A key ends where its next sample does not fit,
    /// and the others go on.
    ///
    /// The choice is made first. Then the keys are read one after the other, so that each frame is opened once.
    func snapshot(_ selection: Selection, maxBytes: Int) -> Snapshot {
        let choice = choice(selection, maxBytes: maxBytes)
        let columns = choice.columns.map { window.read($0, selection.part) }
        let longest = choice.columns.reduce(0) { max($0, $1.count) }
        var samples: [Sample] = []
        samples.reserveCapacity(choice.columns.reduce(0) { $0 + $1.count })
        for level in 0..<longest {
            for column in columns where level < column.count { samples.append(column[level]) }
        }
        return Snapshot(seq: seq, samples: samples, isCut: choice.isCut, part: selection.part)
    }

    /// How long the snapshot would be at most; nothing is read for it.
    func snapshotBytes(_ selection: Selection, maxBytes: Int) -> Int { choice(selection, maxBytes: maxBytes).bytes + 2 }

    /// What a snapshot is made of: of each key its newest samples, the newest first.
    private func choice(
        _ selection: Selection, maxBytes: Int
    ) -> (columns: [[HeldSample]], bytes: Int, isCut: Bool) {
        var open = window.keyNames.compactMap { Column($0, of: selection, in: self) }
        var columns = [[HeldSample]](repeating: [], count: open.count)
        for index in open.indices { open[index].number = index }
        var (bytes, level, isCut) = (0, 0, false)
        while !open.isEmpty {
            open.removeAll { column in
                guard let sample = column.sample(at: level, in: window) else { return true }
                guard sample.has(selection.part) else { return false }
                let size = Snapshot.size(of: window.outline(sample.number, of: column.key), selection.part)
                guard size <= maxBytes - bytes else {
                    isCut = true
                    return true
                }
                bytes += size
                columns[column.number].append(sample)
                return false
            }
            level += 1
        }
        return (columns, bytes, isCut)
    }

    /// The newest samples of a key that the selection wants.
    private struct Column {
        /// Which of the columns it is.
        var number = 0
        let key: Int
        private let depth: Int
        /// Where the key's samples name hosts and probes themselves: those that are wanted.
        private let chosen: [HeldSample]?

        init?(_ name: String, of selection: Selection, in state: AssemblerState) {
            guard let key = state.window.numbers[ExactText(name)] else { return nil }
            let parsed = StreamKey(name, prefix: state.configuration.prefix)
            (self.key, depth) = (key, selection.depth)
            if parsed.isNamed {
                guard selection.matches(host: parsed.host, probe: parsed.probe) else { return nil }
                chosen = nil
            } else {
                let samples = state.window.held(of: name)
                    .filter { selection.matches(host: $0.host, probe: $0.probe) && !state.isHeldBack($0) }
                if samples.isEmpty { return nil }
                chosen = samples
            }
        }

        func sample(at level: Int, in window: SampleWindow) -> HeldSample? {
            guard level < depth else { return nil }
            guard let chosen else { return window.held(at: level, of: key) }
            return level < chosen.count ? chosen[level] : nil
        }
    }

    /// The keys of a selection, sorted by name. A key that names no host is listed once for each host that its samples
    /// name.
    func keys(_ selection: Selection) -> [KeySummary] { keys(selection, named: window.keyNames) }

    /// The same for the first `limit` keys after a name, and the last of these; nil if there is none.
    func keys(_ selection: Selection, after name: String?, limit: Int) -> (keys: [KeySummary], last: String?) {
        let names = window.keyNames(after: name, limit: limit)
        return (keys(selection, named: names), names.last)
    }

    private func keys(_ selection: Selection, named names: [String]) -> [KeySummary] {
        names.flatMap { name -> [KeySummary] in
            let key = StreamKey(name, prefix: configuration.prefix)
            if key.isNamed {
                guard selection.matches(host: key.host, probe: key.probe), let span = window.span(of: name) else {
                    return []
                }
                return [
                    KeySummary(
                        key: name, host: key.host, probe: key.probe, samples: span.samples, firstT: span.firstT,
                        lastT: span.lastT)
                ]
            }
            let samples = window.held(of: name).filter { !isHeldBack($0) }
            if samples.isEmpty { return [] }
            return Emission.RemovedKey.all(of: key, samples.reversed().map { ($0.host, $0.probe) }).compactMap {
                origin in
                guard selection.matches(host: origin.host, probe: origin.probe) else { return nil }
                let own = samples.filter { $0.host == origin.host && $0.probe == origin.probe }
                guard let newest = own.first, let oldest = own.last else { return nil }
                return KeySummary(
                    key: name, host: origin.host, probe: origin.probe, samples: own.count, firstT: oldest.t,
                    lastT: newest.t)
            }
        }
    }
}

/// A key in the window, for the event `keys` and `/api/v1/keys`.
public struct KeySummary: Sendable, Equatable {
    /// The Redis key.
    public let key: String
    /// Its host.
    public let host: String
    /// Its probe.
    public let probe: String
    /// Its number of samples in the window.
    public let samples: Int
    /// The oldest sample's time, Unix epoch in ms.
    public let firstT: Double
    /// The newest sample's time, Unix epoch in ms.
    public let lastT: Double

    /// `{"ok": true, "keys": [{"key", "host", "probe", "samples", "firstT", "lastT"}, …]}`; with `"cut": true` where keys
    /// were left out since it would be longer than `maxBytes` (by less than a key it may be).
    public static func encode(_ keys: [KeySummary], maxBytes: Int = .max) -> [UInt8] {
        list(keys, 128, maxBytes) { $0.write(to: &$1) }
    }

    /// `{"ok": true, "keys": [name, …]}`, cut in the same way.
    public static func encodeNames(_ keys: [KeySummary], maxBytes: Int = .max) -> [UInt8] {
        list(keys, 64, maxBytes) { $1.string($0.key) }
    }

    private static func list(
        _ keys: [KeySummary], _ about: Int, _ maxBytes: Int, write: (KeySummary, inout JSONWriter) -> Void
    ) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: min(about * keys.count, maxBytes) + 64)
        writer.beginObject()
        writer.key("ok")
        writer.bool(true)
        writer.key("keys")
        writer.beginArray()
        var isCut = false
        for key in keys {
            guard writer.bytes.count < maxBytes else {
                isCut = true
                break
            }
            write(key, &writer)
        }
        writer.endArray()
        if isCut {
            writer.key("cut")
            writer.bool(true)
        }
        writer.endObject()
        return writer.bytes
    }

    /// `{"key", "host", "probe", "samples", "firstT", "lastT"}`
    public var encoded: [UInt8] {
        var writer = JSONWriter(reservingCapacity: 128)
        write(to: &writer)
        return writer.bytes
    }

    private func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("key")
        writer.string(key)
        writer.key("host")
        writer.string(host)
        writer.key("probe")
        writer.string(probe)
        writer.key("samples")
        writer.integer(samples)
        writer.key("firstT")
        writer.number(firstT)
        writer.key("lastT")
        writer.number(lastT)
        writer.endObject()
    }
}
