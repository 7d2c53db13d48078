package import Settings
import StreamAssembly

/// Who may do and see what: a YAML or JSON file with a line for each, read as a configuration file is.
///
/// ```yaml
/// claim groups=ops: operator
/// claim sub=alice: [viewer, hosts=web-*, hosts=db-1, probes=top]
/// certificate CN=wall-1,O=Example: [viewer, details=no]
/// ```
///
/// The first line that fits decides. Who fits none may see nothing.
package struct GrantsFile: Sendable {
    private struct Line: Sendable {
        let claimant: Claimant
        let grant: Grant
    }

    /// As many patterns as a client may send itself.
    private static let mostGlobs = Selection.maxGlobs

    private let lines: [Line]

    /// - Throws: a `SettingError` that names the file, or the line, what stands there, and what is allowed.
    ///
    /// - Parameter allowsBounds: whether those who hold the doors can hold bounds, too.
    init(path: String, allowsBounds: Bool) throws(SettingError) {
        let file = try ConfigurationFile(path: path, setting: "grants")
        try self.init(file.entries, path: path, allowsBounds: allowsBounds)
    }

    /// - Throws: a `SettingError` that names the line, what stands there, and what is allowed.
    package init(text: String, path: String) throws(SettingError) {
        let file = try ConfigurationFile(text: text, path: path, setting: "grants")
        try self.init(file.entries, path: path, allowsBounds: true)
    }

    private init(_ entries: [ConfigurationFile.Entry], path: String, allowsBounds: Bool) throws(SettingError) {
        var lines: [Line] = []
        for entry in entries {
            let origin = SettingOrigin.file(path: path, line: entry.line)
            guard let claimant = Claimant(entry.key) else {
                throw .unknown(name: entry.key, origin: origin, known: Claimant.forms)
            }
            let grant = try Self.grant(entry, origin)
            guard claimant != .anonymous || grant.role == .viewer else {
                throw .notAllowed(
                    name: entry.key, value: grant.role.rawValue, origin: origin,
                    allowed: "viewer for those who show nothing, with or without bounds")
            }
            guard allowsBounds || grant.isOfEverything else {
                throw .notAllowed(
                    name: entry.key, value: entry.values.joined(separator: ", "), origin: origin,
                    allowed: "a role without bounds, which are not held yet")
            }
            lines.append(Line(claimant: claimant, grant: grant))
        }
        self.lines = lines
    }

    /// How many lines it has.
    package var count: Int { lines.count }
    /// Whether it has a line for those who show nothing.
    var namesAnonymous: Bool { lines.contains { $0.claimant == .anonymous } }

    /// Nil where the identity may see nothing.
    package func grant(for identity: Identity) -> Grant? {
        if identity.proof == .sharedToken { return .everything }
        return lines.first { $0.claimant.isProven(by: identity.proof) }?.grant
    }

    /// `ROLE`, or `[ROLE, hosts=GLOB, probes=GLOB, details=no]`; `hosts` and `probes` may stand several times.
    private static func grant(
        _ entry: ConfigurationFile.Entry, _ origin: SettingOrigin
    ) throws(SettingError) -> Grant {
        func refusal(_ value: String, allowed: String) -> SettingError {
            .notAllowed(name: entry.key, value: value, origin: origin, allowed: allowed)
        }
        let roles = Role.allCases.map(\.rawValue).joined(separator: " or ")
        guard let first = entry.values.first, let role = Role(rawValue: first) else {
            throw refusal(entry.values.first ?? "", allowed: "\(roles), first of all")
        }
        var (hosts, probes, details): ([Glob], [Glob], Bool?) = ([], [], nil)
        for member in entry.values.dropFirst() {
            guard role == .viewer else {
                throw refusal(member, allowed: "nothing behind operator, who sees everything; bounds are for a viewer")
            }
            let parts = member.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else { throw refusal(member, allowed: Self.members) }
            switch parts[0] {
            case "hosts", "probes":
                guard let glob = Glob(parts[1]) else {
                    throw refusal(member, allowed: "\(parts[0])= and a pattern of 1 to \(Glob.maxLength) bytes")
                }
                if parts[0] == "hosts" { hosts.append(glob) } else { probes.append(glob) }
                guard max(hosts.count, probes.count) <= mostGlobs else {
                    throw refusal(member, allowed: "\(mostGlobs) patterns of hosts, and as many of probes")
                }
            case "details":
                guard details == nil else { throw refusal(member, allowed: "details once") }
                guard parts[1] == "yes" || parts[1] == "no" else {
                    throw refusal(member, allowed: "details=yes or details=no")
                }
                details = parts[1] == "yes"
            default: throw refusal(member, allowed: Self.members)
            }
        }
        guard role == .viewer, !hosts.isEmpty || !probes.isEmpty || details == false else { return Grant(role) }
        return Grant(role, within: SelectionBounds(hosts: hosts, probes: probes, details: details ?? true))
    }

    private static let members = "hosts=PATTERN, probes=PATTERN, details=yes, details=no"
}
