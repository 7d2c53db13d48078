/// Where a value was read.
package enum SettingOrigin: Sendable, Equatable, CustomStringConvertible {
    case flag(String)
    case environment(String)
    case file(path: String, line: Int)

    package var description: String {
        switch self {
        case .flag(let flag): "the flag \(flag)"
        case .environment(let variable): "the environment variable \(variable)"
        case .file(let path, let line): "\(path), line \(line)"
        }
    }
}

/// A setting that cannot be used. It says which one, what was given, where, and what is allowed.
package enum SettingError: Error, Equatable, CustomStringConvertible {
    case notAllowed(name: String, value: String, origin: SettingOrigin, allowed: String)
    case unknown(name: String, origin: SettingOrigin, known: [String])
    case givenTwice(name: String, origin: SettingOrigin)
    /// `setting` names what leads to the file.
    case unreadableFile(setting: String, path: String, reason: String)
    case malformedFile(setting: String, path: String, line: Int, reason: String)
    /// It was read, but what is in it cannot be used, or others may change it.
    case unusableFile(setting: String, path: String, problem: String, allowed: String)

    package var description: String {
        switch self {
        case .notAllowed(let name, let value, let origin, let allowed):
            "\(name): '\(Self.excerpt(value))' from \(origin) is not valid; allowed: \(allowed)"
        case .unknown(let name, let origin, let known):
            "\(name): unknown key in \(origin); allowed: \(known.joined(separator: ", "))"
        case .givenTwice(let name, let origin):
            "\(name): given more than once in \(origin); allowed: once"
        case .unreadableFile(let setting, let path, let reason):
            "\(setting): '\(path)' cannot be read (\(reason)); allowed: a readable YAML or JSON file"
        case .malformedFile(let setting, let path, let line, let reason):
            "\(setting): \(path), line \(line): \(reason); allowed: one mapping of keys to values, in YAML or JSON"
        case .unusableFile(let setting, let path, let problem, let allowed):
            "\(setting): '\(path)' \(problem); allowed: \(allowed)"
        }
    }

    /// `sysexits(3)`: 64 (usage) for flags, 78 (configuration) for the environment and files.
    package var exitStatus: Int32 {
        switch self {
        case .notAllowed(_, _, .flag, _), .unknown(_, .flag, _), .givenTwice(_, .flag): 64
        case .notAllowed, .unknown, .givenTwice, .unreadableFile, .malformedFile, .unusableFile: 78
        }
    }

    /// A value for a message: short, and without control characters that could control a terminal.
    private static func excerpt(_ value: String) -> String {
        let shown = value.unicodeScalars.prefix(80).map {
            $0.properties.isVisible ? String($0) : "\\u{\(String($0.value, radix: 16))}"
        }
        return shown.joined() + (value.unicodeScalars.count > 80 ? "…" : "")
    }
}

extension Unicode.Scalar.Properties {
    fileprivate var isVisible: Bool {
        switch generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: false
        default: true
        }
    }
}
