import ArgumentParser
package import Settings

/// Settings that a command takes as flags.
package protocol SettingGroup {
    associatedtype Root
    static var settings: [Setting<Root>] { get }
    /// The defaults, for the help.
    static var defaults: Root { get }
}

/// The flags of a group of settings, made from their declarations: `@OptionGroup var flags: SettingFlags<MyGroup>`.
///
/// ArgumentParser finds the flags of a type by reflection, and reads their values by name. Usually a type has one
/// property for each flag. This shows it one flag for each setting instead.
package struct SettingFlags<Group: SettingGroup>: ParsableArguments, CustomReflectable {
    /// The given values by setting name.
    package private(set) var given: [String: [String]] = [:]

    package init() {}

    package init(from decoder: any Decoder) throws {
        let flags = try decoder.container(keyedBy: Name.self)
        for setting in Group.settings {
            let name = Name(setting.name)
            if setting.form.isSwitch {
                if try flags.decode(Flag<Bool>.self, forKey: name).wrappedValue { given[setting.name] = ["true"] }
            } else if setting.form.isList {
                let values = try flags.decode(Option<[String]>.self, forKey: name).wrappedValue
                if !values.isEmpty { given[setting.name] = values }
            } else if let value = try flags.decode(Option<String?>.self, forKey: name).wrappedValue {
                given[setting.name] = [value]
            }
        }
    }

    package var customMirror: Mirror {
        Mirror(self, children: Group.settings.map { (label: $0.name, value: Self.flag(of: $0)) })
    }

    private static func flag(of setting: Setting<Group.Root>) -> any Sendable {
        let form = setting.form
        let name = NameSpecification.customLong(setting.name)
        let help = ArgumentHelp(help(of: setting), valueName: form.placeholder)
        if form.isSwitch { return Flag<Bool>(wrappedValue: false, name: name, help: help) }
        guard form.isList else {
            return Option<String?>(
                wrappedValue: nil, name: name, parsing: form.mayBeginWithDash ? .unconditional : .next, help: help,
                completion: form.completion.kind)
        }
        return Option<[String]>(
            wrappedValue: [], name: name, parsing: form.mayBeginWithDash ? .unconditionalSingleValue : .singleValue,
            help: help, completion: form.completion.kind)
    }

    /// `the TCP port to listen on (a whole number, 0 to 65535; default: 8080)`
    private static func help(of setting: Setting<Group.Root>) -> String {
        if setting.form.isSwitch { return setting.help }
        let text = setting.text(of: Group.defaults)
        let unset = setting.otherwise ?? (text.isEmpty ? nil : text)
        let details = [setting.allowed, setting.form.isList ? "may be repeated" : nil, unset.map { "default: \($0)" }]
        return "\(setting.help) (\(details.compactMap(\.self).joined(separator: "; ")))"
    }

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.init(stringValue) }
        init?(intValue: Int) { nil }
    }
}

extension SettingForm.Completion {
    fileprivate var kind: CompletionKind? {
        switch self {
        case .nothing: nil
        case .file: .file()
        case .folder: .directory
        case .words(let words): .list(words)
        }
    }
}
