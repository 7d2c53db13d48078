import JSONBytes
import Settings
import StreamAssembly
import Testing

@testable import Access

/// Who gets which grant, and what is said of a file that cannot be used.
@Suite struct GrantsFileTests {
    private static let text = """
        claim sub=eve: [viewer, hosts=none]
        claim groups=ops: operator
        claim realm_access.roles=wall: [viewer, details=no]
        claim https://example.com/team=web: [viewer, hosts=web-*, hosts=lb-1, probes=top]
        key ci: [viewer, hosts=ci-*]
        certificate CN=wall-1,O=Example: viewer
        certificate DNS:wall-2.example: [viewer, details=no]

        """

    private static func grants(_ text: String = text) throws -> GrantsFile { try GrantsFile(text: text, path: "g.yml") }

    private static func bounds(_ hosts: [String], _ probes: [String] = [], details: Bool = true) -> SelectionBounds {
        SelectionBounds(hosts: hosts.compactMap { Glob($0) }, probes: probes.compactMap { Glob($0) }, details: details)
    }

    @Test(
        arguments: [
            (.sharedToken, .everything),
            (.claims(["sub": "a", "groups": ["dev", "ops"]]), .everything),
            (.claims(["sub": "a", "groups": "ops"]), .everything),
            (.claims(["sub": "eve", "groups": ["ops"]]), Grant(.viewer, within: bounds(["none"]))),
            (.claims(["realm_access": ["roles": ["wall"]]]), Grant(.viewer, within: bounds([], details: false))),
            (.claims(["https://example.com/team": "web"]), Grant(.viewer, within: bounds(["web-*", "lb-1"], ["top"]))),
            (.key("ci"), Grant(.viewer, within: bounds(["ci-*"]))),
            (.certificate(subject: "CN=wall-1,O=Example", names: []), Grant(.viewer)),
            (
                .certificate(subject: "CN=x", names: ["DNS:wall-2.example"]),
                Grant(.viewer, within: bounds([], details: false))
            ),
            // What fits no line, or another kind of line, sees nothing.
            (.claims(["sub": "a", "groups": ["Ops", "op", "ops "]]), nil), (.claims(["groups": ["x": "ops"]]), nil),
            (.claims(["key": "ci", "certificate": "CN=wall-1,O=Example"]), nil), (.claims([:]), nil),
            (.key("CI"), nil), (.key(""), nil), (.certificate(subject: "CN=wall-1", names: ["wall-2.example"]), nil),
            (.none, nil),
        ] as [(Identity.Proof, Grant?)])
    func `the first line that fits decides`(proof: Identity.Proof, grant: Grant?) throws {
        #expect(try Self.grants().grant(for: Identity(name: "somebody", proof: proof)) == grant)
    }

    @Test func `who shows nothing is let in where a line says so`() throws {
        let grants = try Self.grants("anonymous: [viewer, hosts=public-*]\n")
        #expect(
            grants.grant(for: Identity(name: "", proof: .none)) == Grant(.viewer, within: Self.bounds(["public-*"])))
        #expect(grants.grant(for: Identity(name: "", proof: .claims(["sub": "a"]))) == nil)
    }

    @Test(
        arguments: [
            ("\nclaim a=b: admin\n", "admin", 2, "viewer or operator, first of all"),
            ("claim a=b: []\n", "", 1, "viewer or operator, first of all"),
            ("claim a=b: [hosts=x, viewer]\n", "hosts=x", 1, "viewer or operator, first of all"),
            (
                "claim a=b: [operator, hosts=x]\n", "hosts=x", 1,
                "nothing behind operator, who sees everything; bounds are for a viewer"
            ),
            ("key a: [viewer, host=x]\n", "host=x", 1, "hosts=PATTERN, probes=PATTERN, details=yes, details=no"),
            ("key a: [viewer, hosts]\n", "hosts", 1, "hosts=PATTERN, probes=PATTERN, details=yes, details=no"),
            ("key a: [viewer, hosts=]\n", "hosts=", 1, "hosts= and a pattern of 1 to 256 bytes"),
            ("key a: [viewer, details=maybe]\n", "details=maybe", 1, "details=yes or details=no"),
            ("key a: [viewer, details=no, details=yes]\n", "details=yes", 1, "details once"),
        ])
    func `a wrong line is named with what it may have`(text: String, value: String, line: Int, allowed: String) {
        let error = #expect(throws: SettingError.self) { try Self.grants(text) }
        guard case .notAllowed(_, value, .file("g.yml", line), allowed) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `who shows nothing is no operator`() {
        let error = #expect(throws: SettingError.self) { try Self.grants("key a: operator\nanonymous: operator\n") }
        #expect(error?.description.hasPrefix("anonymous: 'operator' from g.yml, line 2 is not valid") == true)
    }

    @Test func `a file that cannot be read as one is told as a file of grants`() {
        let error = #expect(throws: SettingError.self) { try Self.grants("key a: viewer\nkey a: viewer\n") }
        #expect(error?.description.hasPrefix("grants: g.yml, line 2: the key 'key a' is given twice") == true)
    }

    @Test(arguments: [
        "claim groups: viewer", "claim =x: viewer", "claim a=: viewer", "user bob: viewer", "key: viewer",
    ])
    func `a line about nobody is refused`(text: String) {
        let error = #expect(throws: SettingError.self) { try Self.grants(text) }
        #expect(error?.description.hasSuffix("allowed: \(Claimant.forms.joined(separator: ", "))") == true)
    }
}
