/// One thing that a user may set, declared in one place: its name in every source, where its value goes, which values
/// are allowed, and what it is for.
///
/// `name` is kebab case and names the setting everywhere: flag `--flush-ms`, environment `PREFIX_FLUSH_MS`, key
/// `flush-ms` of the configuration file. The default is the value that a new `Root` has, so it is not declared here.
package struct Setting<Root>: Sendable {
    package let name: String
    package let help: String
    /// What is allowed, in words that complete "allowed: …" in an error.
    package let allowed: String
    /// The same, shorter, for a table whose readers know how to write times and sizes.
    package let range: String
    package let form: SettingForm
    /// The default in words, if no value of `Root` shows it.
    package let otherwise: String?

    /// Sets the given value, or returns what is wrong with it.
    let take: @Sendable ([String], inout Root) -> SettingRefusal?
    private let text: @Sendable (Root) -> String
    private let copy: @Sendable (inout Root, Root) -> Void
    /// Whether it holds from the start of a program to its end, however often its file is read.
    package private(set) var isFixed = false

    /// - Parameters:
    ///   - path: where the value goes.
    ///   - otherwise: the default in words, if no value of `Root` shows it.
    package init<Value>(
        _ name: String, _ path: any WritableKeyPath<Root, Value> & Sendable, _ kind: SettingKind<Value>,
        otherwise: String? = nil, _ help: String
    ) {
        self.init(
            name: name, help: help, allowed: kind.allowed, range: kind.range ?? kind.allowed, form: kind.form,
            otherwise: otherwise
        ) { given, root in
            switch kind.read(given) {
            case .success(let value):
                root[keyPath: path] = value
                return nil
            case .failure(let refusal): return refusal
            }
        } text: {
            kind.write($0[keyPath: path])
        } copy: {
            $0[keyPath: path] = $1[keyPath: path]
        }
    }

    private init(
        name: String, help: String, allowed: String, range: String, form: SettingForm, otherwise: String?,
        take: @escaping @Sendable ([String], inout Root) -> SettingRefusal?,
        text: @escaping @Sendable (Root) -> String, copy: @escaping @Sendable (inout Root, Root) -> Void
    ) {
        self.name = name
        self.help = help
        self.allowed = allowed
        self.range = range
        self.form = form
        self.otherwise = otherwise
        self.take = take
        self.text = text
        self.copy = copy
    }

    /// The same setting, which cannot change while the program runs.
    package func fixed() -> Setting {
        var setting = self
        setting.isFixed = true
        return setting
    }

    /// Gives `wanted` the value of `running`; says whether that is another one.
    package func keep(from running: Root, in wanted: inout Root) -> Bool {
        let isOther = text(wanted) != text(running)
        copy(&wanted, running)
        return isOther
    }

    /// The value in `root`, as a user would write it; empty if there is none.
    package func text(of root: Root) -> String { text(root) }

    /// The same setting for a type that contains a `Root`.
    package func within<Outer>(_ path: any WritableKeyPath<Outer, Root> & Sendable) -> Setting<Outer> {
        var setting = Setting<Outer>(
            name: name, help: help, allowed: allowed, range: range, form: form, otherwise: otherwise
        ) {
            take($0, &$1[keyPath: path])
        } text: {
            text($0[keyPath: path])
        } copy: {
            copy(&$0[keyPath: path], $1[keyPath: path])
        }
        setting.isFixed = isFixed
        return setting
    }
}

/// A list of settings, one below the other, without commas. The compiler checks each line by itself. One long array
/// literal would keep it busy for minutes.
@resultBuilder
package enum SettingList<Root> {
    package static func buildExpression(_ setting: Setting<Root>) -> [Setting<Root>] { [setting] }
    package static func buildBlock(_ parts: [Setting<Root>]...) -> [Setting<Root>] { parts.flatMap { $0 } }

    /// The settings of a list.
    package static func of(@SettingList<Root> _ list: () -> [Setting<Root>]) -> [Setting<Root>] { list() }
}
