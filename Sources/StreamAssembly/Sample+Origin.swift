import JSONBytes

extension Sample {
    /// Whether `host` and `probe` stand in the sample itself, so that a client, which sees no keys, can tell them.
    var tellsItsOrigin: Bool {
        guard let found = try? JSONScanner.topLevelValues(bytes, keys: ["host", "probe"]) else { return false }
        let texts = found.map { range in range.flatMap { try? JSONValue(parsing: bytes[$0]) }?.string }
        return texts == [host, probe]
    }
}
