extension SettingKind where Value == Int {
    /// A whole number within `range`.
    package static func integer(in range: ClosedRange<Int>) -> Self {
        Self(
            allowed: "a whole number, \(range.lowerBound) to \(range.upperBound)",
            range: "\(range.lowerBound) to \(range.upperBound)", form: SettingForm("number")
        ) {
            $0.last.flatMap { DecimalText.integer($0, in: range) }
        } write: {
            "\($0)"
        }
    }

    /// A size in bytes within `range`: a whole number with or without `KiB`, `MiB` or `GiB`.
    package static func bytes(in range: ClosedRange<Int>) -> Self {
        Self(
            allowed: "bytes, or a number with KiB, MiB or GiB; \(range.lowerBound) to \(range.upperBound) bytes",
            range: "\(sizeText(range.lowerBound)) to \(sizeText(range.upperBound))", form: SettingForm("bytes")
        ) {
            $0.last.flatMap(byteCount).flatMap { range.contains($0) ? $0 : nil }
        } write: {
            sizeText($0)
        }
    }
}

extension SettingKind where Value == Duration {
    /// A time span within `range`: a number with `ms`, `s`, `m` or `h`.
    package static func duration(in range: ClosedRange<Duration>) -> Self {
        let text = "\(range.lowerBound.settingText) to \(range.upperBound.settingText)"
        return Self(
            allowed: "a number with ms, s, m or h; \(text)", range: text, form: SettingForm("time")
        ) { given in
            given.last.flatMap(Duration.init(settingText:)).flatMap { range.contains($0) ? $0 : nil }
        } write: {
            $0.settingText
        }
    }

    /// A time span within `range`, as a whole number of milliseconds.
    package static func milliseconds(in range: ClosedRange<Int>) -> Self {
        SettingKind<Int>.integer(in: range).map {
            .milliseconds($0)
        } back: {
            Int($0.milliseconds)
        }
    }
}

// The same for values that may be missing: nil if nobody sets them.

extension SettingKind where Value == Int? {
    /// A whole number within `range`, or none.
    package static func integer(in range: ClosedRange<Int>) -> Self { SettingKind<Int>.integer(in: range).optional }

    /// A size in bytes within `range`, or none.
    package static func bytes(in range: ClosedRange<Int>) -> Self { SettingKind<Int>.bytes(in: range).optional }
}

extension SettingKind where Value == Duration? {
    /// A time span within `range`, or none.
    package static func duration(in range: ClosedRange<Duration>) -> Self {
        SettingKind<Duration>.duration(in: range).optional
    }

    /// A time span within `range` as a whole number of milliseconds, or none.
    package static func milliseconds(in range: ClosedRange<Int>) -> Self {
        SettingKind<Duration>.milliseconds(in: range).optional
    }
}

extension SettingKind where Value == Bool {
    /// A switch: the flag alone, or `true`, `false`, `yes`, `no`, `on`, `off`, `1`, `0`.
    package static var toggle: Self {
        Self(allowed: "true or false", form: SettingForm(isSwitch: true)) { given in
            switch given.last?.lowercased() {
            case "true", "yes", "on", "1": true
            case "false", "no", "off", "0": false
            default: nil
            }
        } write: {
            $0 ? "true" : "false"
        }
    }
}

extension SettingKind where Value == String {
    /// A text that passes `isAllowed`.
    package static func text(
        allowed: String = "a text that is not empty", range: String? = nil, form: SettingForm = SettingForm(),
        where isAllowed: @escaping @Sendable (String) -> Bool = { !$0.isEmpty }
    ) -> Self {
        Self(allowed: allowed, range: range, form: form) {
            $0.last.flatMap { isAllowed($0) ? $0 : nil }
        } write: {
            $0
        }
    }
}

extension SettingKind where Value == String? {
    /// A text that passes `isAllowed`, or none.
    package static func text(
        allowed: String = "a text that is not empty", range: String? = nil, form: SettingForm = SettingForm(),
        where isAllowed: @escaping @Sendable (String) -> Bool = { !$0.isEmpty }
    ) -> Self {
        SettingKind<String>.text(allowed: allowed, range: range, form: form, where: isAllowed).optional
    }

    /// The path of a file, or none. This does not check whether the file can be read.
    package static var file: Self { text(range: "a file", form: SettingForm("file", completion: .file)) }

    /// The path of a folder, or none.
    package static func folder(allowed: String = "a text that is not empty", range: String = "a folder") -> Self {
        text(allowed: allowed, range: range, form: SettingForm("folder", completion: .folder))
    }
}

extension SettingKind where Value == [String] {
    /// Texts that each pass `isAllowed`. A user gives the flag several times, or puts commas between the texts.
    package static func list(
        allowed: String, form: SettingForm = SettingForm(), where isAllowed: @escaping @Sendable (String) -> Bool
    ) -> Self {
        var form = form
        form.isList = true
        return Self(allowed: allowed, form: form) { given in
            let items = given.flatMap { $0.split(separator: ",").map(String.init) }
            return items.allSatisfy(isAllowed) ? items : nil
        } write: {
            $0.joined(separator: ",")
        }
    }
}

extension SettingKind where Value: CaseIterable & RawRepresentable & Sendable, Value.RawValue == String {
    /// One of the cases of `Value`.
    package static var choice: Self {
        let words = Value.allCases.map(\.rawValue)
        let list = words.joined(separator: ", ")
        return Self(
            allowed: "one of \(list)", range: list, form: SettingForm("word", completion: .words(words))
        ) {
            $0.last.flatMap(Value.init(rawValue:))
        } write: {
            $0.rawValue
        }
    }
}

// MARK: Times and sizes as text

extension Duration {
    /// Whole milliseconds, rounded down.
    package var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }

    /// Reads a time span as users write it in settings: a whole number with `ms`, `s`, `m` or `h`.
    package init?(settingText text: String) {
        let digits = text.prefix { $0.isNumber }
        guard let number = DecimalText.integer(digits, in: 0...1_000_000_000) else { return nil }
        switch text.dropFirst(digits.count) {
        case "ms": self = .milliseconds(number)
        case "s": self = .seconds(number)
        case "m": self = .seconds(number * 60)
        case "h": self = .seconds(number * 3600)
        default: return nil
        }
    }

    /// The time span as a user would write it, in the largest unit that needs no fraction.
    package var settingText: String {
        for (unit, size) in [("h", Int64(3_600_000)), ("m", 60_000), ("s", 1000)]
        where milliseconds >= size && milliseconds % size == 0 {
            return "\(milliseconds / size)\(unit)"
        }
        return "\(milliseconds)ms"
    }
}

private let sizeUnits = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]

private func byteCount(_ text: String) -> Int? {
    let digits = text.prefix { $0.isNumber }
    guard let number = DecimalText.integer(digits, in: 0...Int.max) else { return nil }
    let unit = text.dropFirst(digits.count)
    if unit.isEmpty { return number }
    guard let factor = sizeUnits.first(where: { $0.0 == unit })?.1 else { return nil }
    let (product, overflow) = number.multipliedReportingOverflow(by: factor)
    return overflow ? nil : product
}

private func sizeText(_ bytes: Int) -> String {
    for (unit, size) in sizeUnits where bytes >= size && bytes % size == 0 { return "\(bytes / size)\(unit)" }
    return "\(bytes)"
}
