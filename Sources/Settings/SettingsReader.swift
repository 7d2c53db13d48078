/// Reads settings from flags, then the environment, then a configuration file; the first source that has one wins.
///
/// Unknown keys are found when the reader is made, values that are not allowed when they are read: both as
/// ``SettingError``.
package struct SettingsReader: Sendable {
    private struct Given: Sendable {
        let values: [String]
        let origin: SettingOrigin
    }

    private let given: [String: Given]

    /// - Parameters:
    ///   - known: all settings of the program.
    ///   - flags: the values given on the command line, by setting name; empty lists count as not given.
    ///   - environment: the process's variables; those that begin with `prefix` and `_` are settings.
    ///   - prefix: `STREAMASSEMBLER` or `COLLECTOR`.
    ///   - configurationFile: the path given with `--config`, if any.
    package init(
        known: [SettingDescription], flags: [String: [String]], environment: [String: String], prefix: String,
        configurationFile: String?
    ) throws(SettingError) {
        var given: [String: Given] = [:]
        let names = known.map(\.name)
        let file = configurationFile ?? environment["\(prefix)_CONFIG"]

        if let file {
            for entry in try ConfigurationFile(path: file).entries {
                let origin = SettingOrigin.file(path: file, line: entry.line)
                guard let setting = known.first(where: { $0.name == entry.key }) else {
                    throw .unknown(name: entry.key, origin: origin, known: names)
                }
                if given[entry.key] != nil || (entry.values.count > 1 && !setting.isList) {
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
        self.given = given
    }

    /// The setting's value, or its default where no source has it.
    package func value<Value>(of setting: Setting<Value>) throws(SettingError) -> Value {
        guard let found = given[setting.name] else { return setting.defaultValue }
        guard let value = setting.parse(found.values) else {
            throw .notAllowed(
                name: setting.name, value: found.values.joined(separator: ","), origin: found.origin,
                allowed: setting.allowed)
        }
        return value
    }

    /// Where the setting was given; `nil` if nowhere.
    package func origin<Value>(of setting: Setting<Value>) -> SettingOrigin? {
        given[setting.name]?.origin
    }

    /// The text given for the setting, for an error that only its user can find.
    package func text<Value>(of setting: Setting<Value>) -> String {
        given[setting.name]?.values.joined(separator: ",") ?? ""
    }

    private static func variable(for name: String, prefix: String) -> String {
        "\(prefix)_\(name.uppercased().replacing("-", with: "_"))"
    }
}
