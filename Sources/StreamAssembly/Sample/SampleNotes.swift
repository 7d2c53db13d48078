import JSONBytes

/// What a client cannot see from a list of samples: the key of those that do not show it, and the score of those whose
/// `t` differs or is missing. Samples of our collectors need no note.
public struct SampleNotes: Sendable, Equatable {
    private struct Note<Value: Sendable & Equatable>: Sendable, Equatable {
        let index: Int
        let value: Value
    }

    private var keys: [Note<String>] = []
    private var times: [Note<Double>] = []
    private var count = 0

    /// The notes of a list, in the order of the list.
    public init(_ samples: some Sequence<Sample>) {
        for sample in samples { add(sample) }
    }

    /// Takes the next sample of the list.
    public mutating func add(_ sample: Sample) {
        defer { count += 1 }
        if sample.traits.isSuperset(of: [.tellsKey, .tellsTime]) { return }
        if !sample.traits.contains(.tellsKey) { keys.append(Note(index: count, value: sample.key)) }
        if !sample.traits.contains(.tellsTime) { times.append(Note(index: count, value: sample.t)) }
    }

    /// The approximate length of a sample's notes, in bytes.
    package static func size(key: String, _ traits: Sample.Traits) -> Int {
        (traits.contains(.tellsKey) ? 0 : key.utf8.count + 24) + (traits.contains(.tellsTime) ? 0 : 32)
    }

    /// `,"keys":{INDEX: KEY, …},"times":{INDEX: score, …}`, each only if there is any; empty without notes.
    public var members: [UInt8] {
        guard !keys.isEmpty || !times.isEmpty else { return [] }
        var writer = JSONWriter(reservingCapacity: 64 * keys.count + 24 * times.count + 32)
        writer.beginObject()
        Self.write("keys", keys, to: &writer) { $0.string($1) }
        Self.write("times", times, to: &writer) { $0.number($1) }
        writer.endObject()
        // Members of an object without its braces, to follow other members.
        return [UInt8(ascii: ",")] + writer.bytes.dropFirst().dropLast()
    }

    /// A `meta` with the notes added.
    public func added(to meta: [UInt8]) -> [UInt8] {
        let members = members
        return members.isEmpty ? meta : meta.dropLast() + members + [UInt8(ascii: "}")]
    }

    private static func write<Value>(
        _ name: StaticString, _ notes: [Note<Value>], to writer: inout JSONWriter,
        value: (inout JSONWriter, Value) -> Void
    ) {
        guard !notes.isEmpty else { return }
        writer.key(name)
        writer.beginObject()
        for note in notes {
            writer.key("\(note.index)")
            value(&writer, note.value)
        }
        writer.endObject()
    }
}
