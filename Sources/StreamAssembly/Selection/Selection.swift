public import JSONBytes
import SampleContract

/// Which hosts and probes a client wants, which part of their samples, and how much of the past (Contract.md:
/// `subscribe`, `details`).
public struct Selection: Sendable, Hashable {
    /// An invalid selection. It names the field, what was given and what is allowed.
    public struct Invalid: Error, Equatable, CustomStringConvertible {
        /// `hosts`, `probes`, `depth`, `figures` or the whole argument.
        public let field: String
        /// One sentence.
        public let description: String

        package init(field: String, description: String) { (self.field, self.description) = (field, description) }
    }

    /// The most globs in a list.
    public static let maxGlobs = 64
    /// The greatest depth that a client may ask for.
    public static let maxDepth = 100_000

    /// Host patterns, sorted; empty means all.
    public let hosts: [Glob]
    /// Probe patterns, sorted; empty means all.
    public let probes: [Glob]
    /// How many of the newest samples of each key are in the snapshot.
    public let depth: Int
    /// Which part of each sample is wanted.
    public let part: SamplePart
    /// What whoever selects may see; nil for everything.
    public let bounds: SelectionBounds?
    /// What was compared already. It is only a cache and does not count for equality.
    private var memo: MatchMemo?

    /// Everything, with the default depth of 100.
    public static let all = Selection(hosts: [], probes: [])

    /// Selects what fits any of `hosts` and any of `probes`. An empty list means all.
    public init(hosts: [Glob], probes: [Glob], depth: Int = 100, part: SamplePart = .whole) {
        self.init(hosts: hosts.sorted(), probes: probes.sorted(), depth: max(1, depth), part: part, within: nil)
    }

    /// - Parameters:
    ///   - hosts: sorted.
    ///   - probes: sorted.
    private init(hosts: [Glob], probes: [Glob], depth: Int, part: SamplePart, within bounds: SelectionBounds?) {
        self.hosts = hosts
        self.probes = probes
        self.depth = depth
        self.part = part
        self.bounds = bounds
    }

    /// Reads `{"hosts": [glob…], "probes": [glob…], "depth": n, "figures": bool}`; each may be missing. Other fields are
    /// ignored.
    public init(_ value: JSONValue) throws(Invalid) {
        try Self.checkIsObject(value)
        self.init(
            hosts: try Self.globs("hosts", in: value), probes: try Self.globs("probes", in: value),
            depth: try Self.depth(in: value, standard: 100), part: try Self.wantsFigures(in: value) ? .figures : .whole)
    }

    /// Reads `{"hosts": [glob…], "probes": [glob…], "depth": n}`, whose details are wanted; all but `hosts` may be
    /// missing.
    ///
    /// - Returns: nil where the list of hosts is empty: nobody's details are wanted.
    public static func details(_ value: JSONValue) throws(Invalid) -> Selection? {
        try checkIsObject(value)
        guard let hosts = value["hosts"], hosts != .null else {
            throw Invalid(
                field: "hosts",
                description: "hosts: missing; allowed: a list of up to \(maxGlobs) patterns, none for nobody's details")
        }
        let depth = try depth(in: value, standard: 1)
        let probes = try globs("probes", in: value)
        if hosts == .array([]) { return nil }
        return Selection(hosts: try globs("hosts", in: value), probes: probes, depth: depth, part: .details)
    }

    /// Selections are equal if they want the same patterns and part to the same depth, within the same bounds. Only then
    /// their clients may be sent the same bytes.
    public static func == (left: Selection, right: Selection) -> Bool {
        left.depth == right.depth && left.part == right.part && left.hosts == right.hosts
            && left.probes == right.probes && left.bounds == right.bounds
    }

    /// Hashes the patterns, the part, the depth and the bounds.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(depth)
        hasher.combine(part)
        hasher.combine(hosts)
        hasher.combine(probes)
        hasher.combine(bounds)
    }

    /// How many patterns have to be compared.
    public var patterns: Int { hosts.count + probes.count + (bounds?.patterns ?? 0) }

    /// Whether patterns are so long that comparisons can take far more time than usual.
    public var isDear: Bool {
        hosts.contains(where: \.isDear) || probes.contains(where: \.isDear) || bounds?.isDear == true
    }

    /// How many steps, of about a nanosecond each, comparisons have taken since this was last asked. Only a selection
    /// that remembers counts them, together with its copies.
    public func takeWork() -> Int { memo?.takeWork() ?? 0 }

    /// The same selection, which remembers in `table` what it has compared. Copies share this.
    public func remembering(in table: MatchTable) -> Selection {
        guard memo == nil, patterns > 0 else { return self }
        var selection = self
        selection.memo = MatchMemo(table)
        return selection
    }

    /// The same patterns with another depth. They share what is remembered.
    public func with(depth: Int) -> Selection {
        var selection = Selection(hosts: hosts, probes: probes, depth: max(1, depth), part: part, within: bounds)
        selection.memo = memo
        return selection
    }

    /// What of the selection lies within these bounds, which replace others that it has. It has compared nothing yet.
    ///
    /// - Returns: nil where nothing of it may be seen: it is of details, and the bounds have none.
    public func within(_ bounds: SelectionBounds) -> Selection? {
        bounds.part(of: part).map {
            Selection(hosts: hosts, probes: probes, depth: depth, part: $0, within: bounds)
        }
    }

    /// Whether samples of that host and probe are wanted.
    public func matches(host: String, probe: String) -> Bool {
        var work = 0
        guard let memo else { return compare(host, probe, &work) }
        return memo.wants(host: host, probe: probe) { compare(host, probe, &$0) }
    }

    /// - Parameter work: grows by the steps for the client's own patterns. Those for the bounds do not count, because they
    ///   are made for names, too, of which the client may not know.
    private func compare(_ host: String, _ probe: String, _ work: inout Int) -> Bool {
        if let bounds, !bounds.allow(host: host, probe: probe) { return false }
        return Self.fits(host, hosts, &work) && Self.fits(probe, probes, &work)
    }

    private static func fits(_ name: String, _ globs: [Glob], _ work: inout Int) -> Bool {
        globs.isEmpty || globs.contains { $0.matches(name, work: &work) }
    }

    private static func checkIsObject(_ value: JSONValue) throws(Invalid) {
        guard value.object != nil else {
            throw Invalid(field: "argument", description: "the argument must be an object")
        }
    }

    private static func wantsFigures(in value: JSONValue) throws(Invalid) -> Bool {
        switch value["figures"] {
        case nil, .null: return false
        case .bool(let wanted): return wanted
        case let given?: throw invalid("figures", given, allowed: "true or false")
        }
    }

    private static func globs(_ field: String, in value: JSONValue) throws(Invalid) -> [Glob] {
        guard let given = value[field], given != .null else { return [] }
        let allowed = "a list of 1 to \(maxGlobs) patterns of 1 to \(Glob.maxLength) bytes"
        guard let list = given.array, (1...maxGlobs).contains(list.count) else {
            throw invalid(field, given, allowed: allowed)
        }
        var globs: [Glob] = []
        for element in list {
            guard let glob = element.string.flatMap(Glob.init) else {
                throw invalid(field, element, allowed: allowed)
            }
            globs.append(glob)
        }
        return globs
    }

    private static func depth(in value: JSONValue, standard: Int) throws(Invalid) -> Int {
        guard let given = value["depth"], given != .null else { return standard }
        guard let number = given.number, let depth = Int(exactly: number), (1...maxDepth).contains(depth) else {
            throw invalid("depth", given, allowed: "a whole number, 1 to \(maxDepth)")
        }
        return depth
    }

    private static func invalid(_ field: String, _ value: JSONValue, allowed: String) -> Invalid {
        var writer = JSONWriter()
        writer.value(value)
        let count = value.array.map { " (\($0.count) elements)" } ?? ""
        return Invalid(
            field: field,
            description: "\(field): \(Excerpt.of(writer.bytes))\(count) is not allowed; allowed: \(allowed)")
    }
}
