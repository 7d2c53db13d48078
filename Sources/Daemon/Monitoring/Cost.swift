import StreamAssembly

/// What clients cause, in units of ``WorkBudget``: about a microsecond of the event loop each.
enum Cost {
    /// What a client may ask for.
    enum Request {
        case keys
        /// With an argument of so many bytes.
        case subscribe(bytes: Int)
        case pause
        case resume
        /// Something that is no event of ours.
        case unknown
    }

    /// What it costs at least. What it turns out to cost beyond that is paid when it is known.
    static func of(_ request: Request, keys: Int) -> Double {
        switch request {
        case .keys: 20 + Double(keys)
        case .subscribe(let bytes): 20 + Double(bytes) / 20 + Double(keys) * 0.5
        case .pause, .resume, .unknown: 20
        }
    }

    /// Comparing each key with each pattern, once.
    static func comparing(_ selection: Selection, keys: Int) -> Double {
        Double(selection.patterns * keys) * 0.05
    }

    /// Making and writing that many bytes.
    static func encoding(bytes: Int) -> Double { 20 + Double(bytes) / 300 }
}
