/// Reads what users have set. It looks at flags, then at the environment, then at a configuration file. The first
/// source that has a setting wins.
///
/// Making a reader throws a ``SettingError`` for an unknown key. Reading throws one for a value that is not allowed.
package struct SettingsReader<Root>: Sendable {
    private struct Given: Sendable {
        let values: [String]
        let origin: SettingOrigin
    }

    private let settings: [Setting<Root>]
    private let given: [String: Given]

    /// - Parameters:
    ///   - settings: all settings of the program.
    ///   - flags: the values on the command line, by setting name. An empty list means that the flag was not given.
    ///   - environment: the variables of the process. Those that begin with `prefix` and `_` are settings.
    ///   - prefix: `STREAMASSEMBLER` or `COLLECTOR`.
    ///   - configurationFile: the path given with `--config`, if any.
    package init(
        _ settings: [Setting<Root>], flags: [String: [String]], environment: [String: String], prefix: String,
        configurationFile: String?
    ) throws(SettingError) {
        let names = settings.map(\.name)
        var given: [String: Given] = [:]
        if let file = configurationFile ?? environment["\(prefix)_CONFIG"] {
            for entry in try ConfigurationFile(path: file).entries {
                let origin = SettingOrigin.file(path: file, line: entry.line)
                guard let setting = settings.first(where: { $0.name == entry.key }) else {
                    throw .unknown(name: entry.key, origin: origin, known: names)
                }
                if given[entry.key] != nil || (entry.values.count > 1 && !setting.form.isList) {
                    throw .givenTwice(name: entry.key, origin: origin)
                }
                given[entry.key] = Given(values: entry.values, origin: origin)
            }
        }

        for (variable, value) in environment.sorted(by: { $0.key < $1.key })
        where variable.hasPrefix("\(prefix)_") && variable != "\(prefix)_CONFIG" {
            let name = variable.dropFirst(prefix.count + 1).lowercased().replacing("_", with: "-")
            guard names.contains(name) else {
                throw .unknown(
                    name: name, origin: .environment(variable),
                    known: names.map { Self.variable(for: $0, prefix: prefix) })
            }
            given[name] = Given(values: [value], origin: .environment(variable))
        }

        for (name, values) in flags where !values.isEmpty {
            given[name] = Given(values: values, origin: .flag("--\(name)"))
        }
        self.settings = settings
        self.given = given
    }

    /// Puts all given values where they belong, in the order of the settings. Other values stay as they are.
    package func read(into root: inout Root) throws(SettingError) {
        for setting in settings {
            guard let found = given[setting.name], let refusal = setting.take(found.values, &root) else { continue }
            throw .notAllowed(
                name: setting.name, value: refusal.shown ?? found.values.joined(separator: ","), origin: found.origin,
                allowed: refusal.allowed ?? setting.allowed)
        }
    }

    /// Whether any source has the setting.
    package func has(_ name: String) -> Bool { given[name] != nil }

    /// The configuration file that has the setting, where it comes from one.
    package func file(of name: String) -> String? {
        guard case .file(let path, _)? = given[name]?.origin else { return nil }
        return path
    }

    /// The error for a value that is allowed in general, but not here or not together with the others.
    ///
    /// - Parameter shown: what to show instead of the given value.
    package func refusal(of name: String, shown: String? = nil, allowed: String) -> SettingError {
        .notAllowed(
            name: name, value: shown ?? given[name]?.values.joined(separator: ",") ?? "",
            origin: given[name]?.origin ?? .flag("--\(name)"), allowed: allowed)
    }

    private static func variable(for name: String, prefix: String) -> String {
        "\(prefix)_\(name.uppercased().replacing("-", with: "_"))"
    }
}
