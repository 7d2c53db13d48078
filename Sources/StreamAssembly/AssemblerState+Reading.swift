import JSONBytes

extension AssemblerState {
    /// The newest `depth` samples of each key. They are taken level by level, the newest level first, until `maxBytes`
    /// are full. So if something is cut, each key keeps the same depth. A key ends where its next sample does not fit,
    /// and the others go on.
    func snapshot(_ selection: Selection, maxBytes: Int) -> Snapshot {
        var columns = window.keyNames.compactMap { key -> [Sample]? in
            let samples = samples(of: key, selection)
            return samples.isEmpty ? nil : samples
        }
        var chosen: [Sample] = []
        var bytes = 0
        var level = 0
        var isCut = false
        while !columns.isEmpty {
            columns.removeAll { column in
                guard level < column.count else { return true }
                let sample = column[level]
                let size = Snapshot.size(of: sample)
                guard size <= maxBytes - bytes else {
                    isCut = true
                    return true
                }
                bytes += size
                chosen.append(sample)
                return false
            }
            level += 1
        }
        return Snapshot(seq: seq, samples: chosen, isCut: isCut)
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
            let samples = window.newest(.max, of: name).filter { !isHeldBack($0) }
            if samples.isEmpty { return [] }
            return Emission.RemovedKey.all(of: key, samples.reversed()).compactMap { origin in
                guard selection.matches(host: origin.host, probe: origin.probe) else { return nil }
                let own = samples.filter { $0.host == origin.host && $0.probe == origin.probe }
                guard let newest = own.first, let oldest = own.last else { return nil }
                return KeySummary(
                    key: name, host: origin.host, probe: origin.probe, samples: own.count, firstT: oldest.t,
                    lastT: newest.t)
            }
        }
    }

    /// The newest samples of a key that the selection wants, the newest first.
    private func samples(of name: String, _ selection: Selection) -> [Sample] {
        let key = StreamKey(name, prefix: configuration.prefix)
        if key.isNamed {
            return selection.matches(host: key.host, probe: key.probe) ? window.newest(selection.depth, of: name) : []
        }
        let own = window.newest(.max, of: name)
            .filter { selection.matches(host: $0.host, probe: $0.probe) && !isHeldBack($0) }
        return Array(own.prefix(selection.depth))
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

    /// `{"ok": true, "keys": [{"key", "host", "probe", "samples", "firstT", "lastT"}, …]}`
    public static func encode(_ keys: [KeySummary]) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 128 * keys.count + 32)
        writer.beginObject()
        writer.key("ok")
        writer.bool(true)
        writer.key("keys")
        writer.beginArray()
        for key in keys { key.write(to: &writer) }
        writer.endArray()
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
