import JSONBytes

/// Reads the arguments of the monitoring events.
enum SampleReading {
    typealias Sample = (id: String, held: ClientModel.Held)

    /// `{"ID": {"t": …, "data": sample}, …}`
    static func snapshot(_ bytes: ArraySlice<UInt8>) -> [Sample] {
        let entries = (try? JSONValue(parsing: bytes))?.object ?? [:]
        return entries.map { id, entry in
            (id, held(entry["data"]?["host"]?.string, entry["data"]?["probe"]?.string, entry["t"]?.number))
        }
    }

    /// `[sample, …]`
    static func list(_ bytes: ArraySlice<UInt8>) -> [Sample] {
        let bytes = Array(bytes)
        return ((try? JSONScanner.elements(ofArray: bytes)) ?? []).compactMap { element in
            let sample = bytes[element]
            guard let found = try? JSONScanner.topLevelValues(sample, keys: ["id", "host", "probe", "t"]),
                let id = text(sample, found[0])
            else { return nil }
            let t = found[3].flatMap { Double(String(decoding: part(sample, $0), as: UTF8.self)) }
            return (id, held(text(sample, found[1]), text(sample, found[2]), t))
        }
    }

    /// `{"keys": […], "ids": […]}`
    static func gone(_ bytes: ArraySlice<UInt8>) -> (keys: Set<String>, ids: [String]) {
        let value = try? JSONValue(parsing: bytes)
        let names = (value?["keys"]?.array ?? []).compactMap(\.string)
        return (Set(names), (value?["ids"]?.array ?? []).compactMap(\.string))
    }

    private static func held(_ host: String?, _ probe: String?, _ t: Double?) -> ClientModel.Held {
        ClientModel.Held(key: "sa:{\(host ?? "")}:\(probe ?? "")", t: t ?? 0)
    }

    /// What stands between the quotes: the suite's own texts have nothing to unescape.
    private static func text(_ sample: ArraySlice<UInt8>, _ range: Range<Int>?) -> String? {
        range.map { String(decoding: part(sample, $0).dropFirst().dropLast(), as: UTF8.self) }
    }

    /// Offsets count from the start of the sample.
    private static func part(_ sample: ArraySlice<UInt8>, _ range: Range<Int>) -> ArraySlice<UInt8> {
        sample.dropFirst(range.lowerBound).prefix(range.count)
    }
}
