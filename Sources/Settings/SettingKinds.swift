extension Setting where Value == Int {
    /// A whole number within `range`.
    package static func integer(
        _ name: String, default value: Int, in range: ClosedRange<Int>, help: String
    ) -> Setting<Int> {
        Setting<Int>(
            name, default: value, allowed: "a whole number, \(range.lowerBound) to \(range.upperBound)", help: help
        ) { $0.last.flatMap { Int($0) }.flatMap { range.contains($0) ? $0 : nil } }
    }

    /// A size in bytes within `range`: a whole number with or without `KiB`, `MiB` or `GiB`.
    package static func bytes(
        _ name: String, default value: Int, in range: ClosedRange<Int>, help: String
    ) -> Setting<Int> {
        Setting<Int>(
            name, default: value,
            allowed: "bytes, or a number with KiB, MiB or GiB; \(range.lowerBound) to \(range.upperBound) bytes",
            help: help
        ) { $0.last.flatMap(byteCount).flatMap { range.contains($0) ? $0 : nil } }
    }
}

extension Setting where Value == Duration {
    /// A time span within `range`: a number with `ms`, `s`, `m` or `h`.
    package static func duration(
        _ name: String, default value: Duration, in range: ClosedRange<Duration>, help: String
    ) -> Setting<Duration> {
        Setting<Duration>(
            name, default: value,
            allowed: "a number with ms, s, m or h; \(text(range.lowerBound)) to \(text(range.upperBound))", help: help
        ) { $0.last.flatMap(Duration.init(settingText:)).flatMap { range.contains($0) ? $0 : nil } }
    }

    /// A time span as its setting would be written, in the largest unit that holds it whole.
    package static func text(_ duration: Duration) -> String {
        let milliseconds =
            duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
        for (unit, size) in [("h", Int64(3_600_000)), ("m", 60_000), ("s", 1000)]
        where milliseconds >= size && milliseconds % size == 0 {
            return "\(milliseconds / size)\(unit)"
        }
        return "\(milliseconds)ms"
    }
}

extension Setting where Value == Bool {
    /// A switch: the bare flag, or `true`, `false`, `yes`, `no`, `on`, `off`, `1`, `0`.
    package static func toggle(_ name: String, default value: Bool = false, help: String) -> Setting<Bool> {
        Setting<Bool>(name, default: value, allowed: "true or false", help: help) {
            switch $0.last?.lowercased() {
            case "true", "yes", "on", "1": true
            case "false", "no", "off", "0": false
            default: nil
            }
        }
    }
}

extension Setting where Value == String? {
    /// A text that passes `isAllowed`; not set by default.
    package static func text(
        _ name: String, allowed: String = "a text that is not empty", help: String,
        where isAllowed: @escaping @Sendable (String) -> Bool = { !$0.isEmpty }
    ) -> Setting<String?> {
        Setting<String?>(name, default: nil, allowed: allowed, help: help) { values in
            values.last.flatMap { isAllowed($0) ? .some(.some($0)) : nil }
        }
    }
}

extension Setting where Value == String {
    /// A text that passes `isAllowed`.
    package static func text(
        _ name: String, default value: String, allowed: String, help: String,
        where isAllowed: @escaping @Sendable (String) -> Bool
    ) -> Setting<String> {
        Setting<String>(name, default: value, allowed: allowed, help: help) {
            $0.last.flatMap { isAllowed($0) ? $0 : nil }
        }
    }
}

extension Setting where Value == [String] {
    /// Texts that each pass `isAllowed`; given several times or with commas between.
    package static func list(
        _ name: String, default value: [String] = [], allowed: String, help: String,
        where isAllowed: @escaping @Sendable (String) -> Bool
    ) -> Setting<[String]> {
        Setting<[String]>(name, default: value, isList: true, allowed: allowed, help: help) { values in
            let items = values.flatMap { $0.split(separator: ",").map(String.init) }
            return items.allSatisfy(isAllowed) ? items : nil
        }
    }
}

extension Setting where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    /// One of the cases of `Value`.
    package static func choice(_ name: String, default value: Value, help: String) -> Setting<Value> {
        let words = Value.allCases.map(\.rawValue).joined(separator: ", ")
        return Setting<Value>(name, default: value, allowed: "one of \(words)", help: help) {
            $0.last.flatMap(Value.init(rawValue:))
        }
    }
}

extension Duration {
    /// The time span of a text as settings have it: a whole number with `ms`, `s`, `m` or `h`.
    package init?(settingText text: String) {
        let digits = text.prefix { $0.isNumber }
        guard let number = Int64(digits), number <= 1_000_000_000 else { return nil }
        switch text.dropFirst(digits.count) {
        case "ms": self = .milliseconds(number)
        case "s": self = .seconds(number)
        case "m": self = .seconds(number * 60)
        case "h": self = .seconds(number * 3600)
        default: return nil
        }
    }
}

private func byteCount(_ text: String) -> Int? {
    let digits = text.prefix { $0.isNumber }
    guard let number = Int(digits) else { return nil }
    let factor: Int
    switch text.dropFirst(digits.count) {
    case "": factor = 1
    case "KiB": factor = 1 << 10
    case "MiB": factor = 1 << 20
    case "GiB": factor = 1 << 30
    default: return nil
    }
    let (product, overflow) = number.multipliedReportingOverflow(by: factor)
    return overflow ? nil : product
}
