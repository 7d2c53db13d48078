/// What a value may be: how it is read, how it is written, and what is allowed.
package struct SettingKind<Value>: Sendable {
    /// In words that complete "allowed: …" in an error.
    package let allowed: String
    /// The same, shorter.
    package let range: String?
    package var form: SettingForm
    /// All values given in the winning source to a value.
    let read: @Sendable ([String]) -> Result<Value, SettingRefusal>
    /// A value as a user would write it; empty where that is nothing.
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

    /// - Parameter read: gives nil for what is not allowed.
    package init(
        allowed: String, range: String? = nil, form: SettingForm = SettingForm(),
        read: @escaping @Sendable ([String]) -> Value?, write: @escaping @Sendable (Value) -> String
    ) {
        self.init(allowed, range, form, { read($0).map(Result.success) ?? .failure(SettingRefusal()) }, write)
    }

    /// A kind that says itself what is wrong with a value.
    package static func refusing(
        allowed: String, range: String? = nil, form: SettingForm = SettingForm(),
        read: @escaping @Sendable ([String]) -> Result<Value, SettingRefusal>,
        write: @escaping @Sendable (Value) -> String
    ) -> Self {
        Self(allowed, range, form, read, write)
    }

    /// The same for a value of another type; `read` gives nil for what is not allowed.
    package func map<Other>(
        _ read: @escaping @Sendable (Value) -> Other?, back write: @escaping @Sendable (Other) -> Value
    ) -> SettingKind<Other> {
        let kind = self
        return SettingKind<Other>(
            allowed, range, form,
            { kind.read($0).flatMap { read($0).map(Result.success) ?? .failure(SettingRefusal()) } },
            { kind.write(write($0)) })
    }

    /// A value that need not be there.
    package var optional: SettingKind<Value?> {
        let kind = self
        return SettingKind<Value?>(
            allowed, range, form, { kind.read($0).map(Optional.some) }, { $0.map(kind.write) ?? "" })
    }
}

/// Why a value is refused, where that is not just that the setting does not allow it.
package struct SettingRefusal: Error, Sendable, Equatable {
    /// What to show in place of the value: that of several which is wrong, or what hides a secret.
    package var shown: String?
    /// What is allowed, where there is more to say than the setting says.
    package var allowed: String?

    package init(shown: String? = nil, allowed: String? = nil) {
        self.shown = shown
        self.allowed = allowed
    }
}

/// How a setting is given on the command line.
package struct SettingForm: Sendable, Equatable {
    /// What a shell completes the value to.
    package enum Completion: Sendable, Equatable {
        case nothing
        case file
        case folder
        case words([String])
    }

    /// Stands for the value in help: `--port <number>`.
    package var placeholder: String
    /// May be given several times.
    package var isList: Bool
    /// The bare flag means yes.
    package var isSwitch: Bool
    /// The value may begin with a dash.
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
