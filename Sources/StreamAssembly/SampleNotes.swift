import JSONBytes

/// What a list of samples does not tell by itself: the key of those that do not tell theirs, and the score of those whose
/// `t` is another or missing. Samples as collectors write them need no note.
public struct SampleNotes: Sendable, Equatable {
    /// `,"keys":{INDEX: KEY, …},"times":{INDEX: score, …}`, each only where there is any; empty where there is none.
    public let members: [UInt8]

    /// The notes of a list, in its order.
    public init(_ samples: some Sequence<Sample>) {
        var keys: [(index: Int, key: String)] = []
        var times: [(index: Int, t: Double)] = []
        for (index, sample) in samples.enumerated() {
            if sample.traits.isSuperset(of: [.tellsKey, .tellsTime]) { continue }
            if !sample.traits.contains(.tellsKey) { keys.append((index, sample.key)) }
            if !sample.traits.contains(.tellsTime) { times.append((index, sample.t)) }
        }
        guard !keys.isEmpty || !times.isEmpty else {
            members = []
            return
        }
        var writer = JSONWriter(reservingCapacity: 64 * keys.count + 24 * times.count + 32)
        writer.beginObject()
        Self.write("keys", keys, to: &writer) {
            $0.string($1.key)
        } index: {
            $0.index
        }
        Self.write("times", times, to: &writer) {
            $0.number($1.t)
        } index: {
            $0.index
        }
        // An object's members without its braces, behind other members.
        members = [UInt8(ascii: ",")] + writer.bytes.dropFirst()
    }

    /// A `meta` with the notes in it.
    public func added(to meta: [UInt8]) -> [UInt8] {
        members.isEmpty ? meta : meta.dropLast() + members + [UInt8(ascii: "}")]
    }

    private static func write<Note>(
        _ name: StaticString, _ notes: [Note], to writer: inout JSONWriter,
        value: (inout JSONWriter, Note) -> Void, index: (Note) -> Int
    ) {
        guard !notes.isEmpty else { return }
        writer.key(name)
        writer.beginObject()
        for note in notes {
            writer.key("\(index(note))")
            value(&writer, note)
        }
        writer.endObject()
    }
}
