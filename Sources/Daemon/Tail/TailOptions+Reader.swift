package import Settings
import StreamAssembly

extension Tail.Options {
    /// Reads the flags of `tail`, which are no settings: what is shown is asked for anew each time.
    ///
    /// - Parameter environment: `NO_COLOR` and `TERM` are looked at.
    package init(
        hosts: [String], probes: [String], depth: String?, count: String?, isJSON: Bool, environment: [String: String]
    ) throws(SettingError) {
        self.init()
        selection = Selection(hosts: try Self.globs(hosts, "host"), probes: try Self.globs(probes, "probe"))
        self.depth = try depth.map { text throws(SettingError) in try Self.number(text, "depth", 0...10_000) } ?? 0
        self.count = try count.map { text throws(SettingError) in
            try Self.number(text, "count", 1...9_007_199_254_740_991)
        }
        self.isJSON = isJSON
        // https://no-color.org
        isColoured = isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }

    private static func globs(_ texts: [String], _ name: String) throws(SettingError) -> [Glob] {
        var globs: [Glob] = []
        for text in texts {
            guard let glob = Glob(text) else {
                throw refusal(name, text, allowed: "a pattern of 1 to \(Glob.maxLength) bytes")
            }
            globs.append(glob)
        }
        return globs
    }

    private static func number(_ text: String, _ name: String, _ range: ClosedRange<Int>) throws(SettingError) -> Int {
        guard let number = Int(text), range.contains(number) else {
            throw refusal(name, text, allowed: "a whole number, \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private static func refusal(_ name: String, _ value: String, allowed: String) -> SettingError {
        .notAllowed(name: name, value: value, origin: .flag("--\(name)"), allowed: allowed)
    }
}
