/// A kind of value: how it is read, how it is written, and what is allowed.
package struct SettingKind<Value>: Sendable {
    /// In words that complete "allowed: …" in an error.
    package let allowed: String
    /// The same, shorter.
    package let range: String?
    package var form: SettingForm
    /// Reads the value from all texts that the winning source has.
    let read: @Sendable ([String]) -> Result<Value, SettingRefusal>
    /// Writes a value as a user would; empty if there is none.
    let write: @Sendable (Value) -> String

    private init(
        _ allowed: String, _ range: String?, _ form: SettingForm,
        _ read: @escaping @Sendable ([String]) -> Result<Value, SettingRefusal>,
        _ write: @escaping @Sendable (Value) -> String
    ) {
        self.allowed = allowed
        self.range = range
        self.form = form
        self.read = read
        self.write = write
    }

    /// - Parameter read: gives nil if the texts are not allowed.
    package init(
        allowed: String, range: String? = nil, form: SettingForm = SettingForm(),
        read: @escaping @Sendable ([String]) -> Value?, write: @escaping @Sendable (Value) -> String
    ) {
        self.init(allowed, range, form, { read($0).map(Result.success) ?? .failure(SettingRefusal()) }, write)
    }

    /// A kind whose `read` says what is wrong with a value.
    package static func refusing(
        allowed: String, range: String? = nil, form: SettingForm = SettingForm(),
        read: @escaping @Sendable ([String]) -> Result<Value, SettingRefusal>,
        write: @escaping @Sendable (Value) -> String
    ) -> Self {
        Self(allowed, range, form, read, write)
    }

    /// The same kind for a value of another type. `read` gives nil if the value is not allowed.
    package func map<Other>(
        _ read: @escaping @Sendable (Value) -> Other?, back write: @escaping @Sendable (Other) -> Value
    ) -> SettingKind<Other> {
        let kind = self
        return SettingKind<Other>(
            allowed, range, form,
            { kind.read($0).flatMap { read($0).map(Result.success) ?? .failure(SettingRefusal()) } },
            { kind.write(write($0)) })
    }

    /// The same kind for a value that may be missing: nil if nobody sets it. Whole numbers, sizes, times and texts have
    /// such kinds already.
    package var optional: SettingKind<Value?> {
        let kind = self
        return SettingKind<Value?>(
            allowed, range, form, { kind.read($0).map(Optional.some) }, { $0.map(kind.write) ?? "" })
    }
}

/// Why a value is refused, if there is more to say than what the setting allows.
package struct SettingRefusal: Error, Sendable, Equatable {
    /// What to show instead of the value: the wrong one of several, or a text that hides a secret.
    package var shown: String?
    /// What is allowed, if it is more than the setting says.
    package var allowed: String?

    package init(shown: String? = nil, allowed: String? = nil) {
        self.shown = shown
        self.allowed = allowed
    }
}

/// How a setting is given on the command line.
package struct SettingForm: Sendable, Equatable {
    /// What a shell can complete the value to.
    package enum Completion: Sendable, Equatable {
        case nothing
        case file
        case folder
        case words([String])
    }

    /// The word for the value in help: `--port <number>`.
    package var placeholder: String
    /// Whether it may be given several times.
    package var isList: Bool
    /// Whether the flag alone means yes.
    package var isSwitch: Bool
    /// Whether the value may begin with a dash.
    package var mayBeginWithDash: Bool
    package var completion: Completion

    package init(
        _ placeholder: String = "text", isList: Bool = false, isSwitch: Bool = false, mayBeginWithDash: Bool = false,
        completion: Completion = .nothing
    ) {
        self.placeholder = placeholder
        self.isList = isList
        self.isSwitch = isSwitch
        self.mayBeginWithDash = mayBeginWithDash
        self.completion = completion
    }
}
