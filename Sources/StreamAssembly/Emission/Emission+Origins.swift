extension Emission.RemovedSample {
    init(_ sample: Sample) {
        self.init(id: sample.id, host: sample.host, probe: sample.probe, key: sample.key)
    }
}

extension Emission.RemovedKey {
    /// A key as often as it has hosts and probes: once if its name tells them, else once for each that its samples name,
    /// in their order; without samples once with none.
    static func all(of key: StreamKey, _ samples: [Sample]) -> [Emission.RemovedKey] {
        guard !key.isNamed, !samples.isEmpty else {
            return [Emission.RemovedKey(key: key.name, host: key.host, probe: key.probe)]
        }
        var origins: [Emission.RemovedKey] = []
        for sample in samples where !origins.contains(where: { $0.host == sample.host && $0.probe == sample.probe }) {
            origins.append(Emission.RemovedKey(key: key.name, host: sample.host, probe: sample.probe))
        }
        return origins
    }
}
