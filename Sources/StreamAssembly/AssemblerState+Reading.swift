import DequeModule
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
        var open = window.sorted.entries.compactMap { Column($0.number, of: selection, in: self) }
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

        init?(_ key: Int, of selection: Selection, in state: AssemblerState) {
            guard let newest = state.window.newestHeld(of: key) else { return nil }
            (self.key, depth) = (key, selection.depth)
            if newest.isOfNamedKey {
                guard selection.matches(host: newest.host, probe: newest.probe) else { return nil }
                chosen = nil
            } else {
                let samples = state.window.held(of: newest.key.text)
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
    func keys(_ selection: Selection) -> [KeySummary] {
        keys(selection, after: nil, limit: .max, looksAtMost: .max).keys
    }

    /// The same for the first `limit` keys after a name, or for fewer where many samples have to be looked at for them;
    /// and the last of these, nil if there is none.
    func keys(
        _ selection: Selection, after name: String?, limit: Int, looksAtMost: Int = 8192
    ) -> (keys: [KeySummary], last: String?) {
        var (keys, last, count, looks): ([KeySummary], String?, Int, Int) = ([], nil, 0, 0)
        window.sorted.visit(after: name.map { ExactText($0) }) { entry in
            guard count < limit, looks < looksAtMost else { return false }
            (count, last) = (count + 1, entry.name.text)
            looks += 1 + summarize(entry, selection, into: &keys)
            return true
        }
        return (keys, last)
    }

    /// - Returns: how many samples were looked at.
    private func summarize(
        _ entry: SortedKeys.Entry, _ selection: Selection, into keys: inout [KeySummary]
    ) -> Int {
        let content = window.contents[entry.number]
        guard let oldest = content.order.first, let newest = content.order.last.map(content.held) else { return 0 }
        if newest.isOfNamedKey {
            guard selection.matches(host: newest.host, probe: newest.probe) else { return 0 }
            keys.append(
                KeySummary(
                    key: entry.name.text, host: newest.host, probe: newest.probe, samples: content.count,
                    firstT: content.slot(oldest).t, lastT: newest.t))
            return 0
        }
        // By host and probe: which of `keys`; nil where they are not wanted.
        var places: [StreamOrigin: Int?] = [:]
        for sample in content.order.lazy.map(content.held) where !isHeldBack(sample) {
            let origin = StreamOrigin(host: sample.host, probe: sample.probe)
            switch places[origin] {
            case .some(.some(let place)):
                keys[place].samples += 1
                keys[place].lastT = sample.t
            case .some(.none): break
            case .none:
                let isWanted = selection.matches(host: sample.host, probe: sample.probe)
                places.updateValue(isWanted ? keys.count : nil, forKey: origin)
                guard isWanted else { continue }
                keys.append(
                    KeySummary(
                        key: entry.name.text, host: sample.host, probe: sample.probe, samples: 1, firstT: sample.t,
                        lastT: sample.t))
            }
        }
        return content.count
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
    public internal(set) var samples: Int
    /// The oldest sample's time, Unix epoch in ms.
    public let firstT: Double
    /// The newest sample's time, Unix epoch in ms.
    public internal(set) var lastT: Double

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
