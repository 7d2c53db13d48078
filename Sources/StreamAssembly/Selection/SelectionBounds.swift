/// What somebody may see at most: of which hosts and probes, and whether the details of their samples.
///
/// A ``Selection`` within bounds compares names with these first. A name beyond them is answered as one that nothing
/// has, and is never compared with the patterns that the client sent: so neither the answer, nor the work that the client
/// pays for, tells whether the name is there.
public struct SelectionBounds: Sendable, Hashable {
    /// Host patterns, sorted; empty means all.
    public let hosts: [Glob]
    /// Probe patterns, sorted; empty means all.
    public let probes: [Glob]
    /// Whether the details of samples may be seen, and not their figures alone.
    public let details: Bool

    /// Allows what fits any of `hosts` and any of `probes`. An empty list means all.
    public init(hosts: [Glob], probes: [Glob], details: Bool) {
        self.hosts = hosts.sorted()
        self.probes = probes.sorted()
        self.details = details
    }

    /// Whether samples of that host and probe may be seen.
    public func allow(host: String, probe: String) -> Bool {
        Self.fits(host, hosts) && Self.fits(probe, probes)
    }

    /// How many patterns have to be compared.
    var patterns: Int { hosts.count + probes.count }

    /// Whether patterns are so long that comparisons can take far more time than usual.
    var isDear: Bool { hosts.contains(where: \.isDear) || probes.contains(where: \.isDear) }

    /// What may be seen of a sample where `part` is wanted; nil for nothing.
    func part(of part: SamplePart) -> SamplePart? {
        switch part {
        case .whole: details ? .whole : .figures
        case .figures: .figures
        case .details: details ? .details : nil
        }
    }

    private static func fits(_ name: String, _ globs: [Glob]) -> Bool {
        globs.isEmpty || globs.contains { $0.matches(name) }
    }
}
