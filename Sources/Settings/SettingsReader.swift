/// What users have set: in flags, then in the environment, then in a configuration file; the first source that has a
/// setting wins.
///
/// Unknown keys are found when the reader is made, values that are not allowed when they are read: both as
/// ``SettingError``.
package struct SettingsReader<Root>: Sendable {
    private struct Given: Sendable {
        let values: [String]
        let origin: SettingOrigin
    }

    private let settings: [Setting<Root>]
    private let given: [String: Given]

    /// - Parameters:
    ///   - settings: all settings of the program.
    ///   - flags: the values given on the command line, by setting name; empty lists count as not given.
    ///   - environment: the process's variables; those that begin with `prefix` and `_` are settings.
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

    /// Puts what was set where it belongs, in the order of the settings; what nobody set stays as it is.
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

    /// The error for a value that is allowed, but not together with the others, or not here.
    ///
    /// - Parameter shown: what to show in place of all that was given.
    package func refusal(of name: String, shown: String? = nil, allowed: String) -> SettingError {
        .notAllowed(
            name: name, value: shown ?? given[name]?.values.joined(separator: ",") ?? "",
            origin: given[name]?.origin ?? .flag("--\(name)"), allowed: allowed)
    }

    private static func variable(for name: String, prefix: String) -> String {
        "\(prefix)_\(name.uppercased().replacing("-", with: "_"))"
    }
}
