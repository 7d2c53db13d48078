/// One thing that a user may set: its name in every source, what it may be, and what it is when nobody sets it.
///
/// `name` is kebab case and names the setting everywhere: flag `--flush-ms`, environment `PREFIX_FLUSH_MS`, key
/// `flush-ms` of the configuration file.
package struct Setting<Value: Sendable>: Sendable {
    package let name: String
    package let help: String
    /// What is allowed, in words that complete "allowed: …" in an error.
    package let allowed: String
    package let defaultValue: Value
    /// `true` if the setting may be given several times.
    package let isList: Bool
    /// All values given in the winning source to a value; `nil` if they are not allowed.
    let parse: @Sendable ([String]) -> Value?

    package init(
        _ name: String, default defaultValue: Value, isList: Bool = false, allowed: String, help: String,
        parse: @escaping @Sendable ([String]) -> Value?
    ) {
        self.name = name
        self.help = help
        self.allowed = allowed
        self.defaultValue = defaultValue
        self.isList = isList
        self.parse = parse
    }

    /// The same setting with its value turned into another type, refused where `transform` gives `nil`.
    package func map<Other: Sendable>(
        default other: Other, allowed: String? = nil, _ transform: @escaping @Sendable (Value) -> Other?
    ) -> Setting<Other> {
        let parse = self.parse
        return Setting<Other>(name, default: other, isList: isList, allowed: allowed ?? self.allowed, help: help) {
            parse($0).flatMap(transform)
        }
    }
}

/// A setting without its value's type, for lists of all that a program knows.
package struct SettingDescription: Sendable, Equatable {
    package let name: String
    package let isList: Bool

    package init<Value>(_ setting: Setting<Value>) {
        name = setting.name
        isList = setting.isList
    }
}
