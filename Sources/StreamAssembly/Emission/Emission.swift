import JSONBytes

/// One thing to tell clients, in the order of `seq`.
public struct Emission: Sendable, Equatable {
    /// A sample that was removed.
    public struct RemovedSample: Sendable, Equatable {
        /// The sample's `id`.
        public let id: String
        /// Its host.
        public let host: String
        /// Its probe.
        public let probe: String
        /// The Redis key that held it.
        public let key: String
    }

    /// A key that vanished, with its host and probe.
    public struct RemovedKey: Sendable, Hashable {
        /// The Redis key.
        public let key: String
        /// Its host.
        public let host: String
        /// Its probe.
        public let probe: String
    }

    /// What happened.
    public enum Kind: Sendable, Equatable {
        /// New samples, oldest first within a key.
        case samples([Sample])
        /// Keys and single samples that left.
        case gone(keys: [RemovedKey], samples: [RemovedSample])
        /// These keys have a gap that is unknown. Their clients need a snapshot.
        case resync(keys: [RemovedKey])
    }

    /// The most bytes of samples, or of names of what is gone, that one emission tells, and one event. A single sample may
    /// be longer.
    package static let mostBytes = 256 << 10

    /// Counts the emissions of this assembler from 1.
    public let seq: UInt64
    /// What happened.
    public let kind: Kind
    /// The state of the keys in it, after everything that was applied together.
    public let marks: KeyMarks

    init(seq: UInt64, kind: Kind, marks: KeyMarks = KeyMarks()) {
        self.seq = seq
        self.kind = kind
        self.marks = marks
    }
}

extension Emission.RemovedSample {
    /// About how many bytes it takes in the event `gone`.
    package var size: Int { key.utf8.count + 2 * id.utf8.count + 22 }

    init(_ sample: SampleOutline) {
        self.init(id: sample.id, host: sample.host, probe: sample.probe, key: sample.key)
    }
}

extension Emission.RemovedKey {
    /// About how many bytes it takes in the event `gone`.
    package var size: Int { key.utf8.count + 3 }

    /// Lists a key once if its name has host and probe. Otherwise it is listed once for each host and probe that its
    /// samples name, in their order. Without samples it is listed once, without a host.
    static func all(of key: StreamKey, _ origins: [(host: String, probe: String)]) -> [Emission.RemovedKey] {
        guard !key.isNamed, !origins.isEmpty else {
            return [Emission.RemovedKey(key: key.name, host: key.host, probe: key.probe)]
        }
        var seen: Set<StreamOrigin> = []
        return origins.compactMap { origin in
            guard seen.insert(StreamOrigin(host: origin.host, probe: origin.probe)).inserted else { return nil }
            return Emission.RemovedKey(key: key.name, host: origin.host, probe: origin.probe)
        }
    }
}
