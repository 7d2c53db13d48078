import JSONBytes

extension JSONValue {
    /// Nil where the text is no JSON.
    init?(_ text: String) {
        guard let value = try? JSONValue(parsing: Array(text.utf8)) else { return nil }
        self = value
    }
}

extension String {
    /// What follows the first occurrence; empty where there is none.
    func components(after separator: String) -> String {
        ranges(of: separator).first.map { String(self[$0.upperBound...]) } ?? ""
    }
}
