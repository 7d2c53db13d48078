import Yams

/// A configuration file in YAML (of which JSON is a part): one mapping of setting names to scalars or lists of scalars.
struct ConfigurationFile {
    struct Entry: Equatable {
        let key: String
        let values: [String]
        let line: Int
    }

    let entries: [Entry]

    init(path: String) throws(SettingError) {
        let text: String
        do {
            text = try TextFile.read(path)
        } catch {
            throw .unreadableFile(path: path, reason: error.description)
        }
        try self.init(text: text, path: path)
    }

    init(text: String, path: String) throws(SettingError) {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw Self.error(error, path: path)
        } catch {
            throw .malformedFile(path: path, line: 1, reason: "not YAML or JSON")
        }
        guard let root, !(root.scalar?.string.isEmpty ?? false) else {
            entries = []
            return
        }
        guard let mapping = root.mapping else {
            throw .malformedFile(path: path, line: root.mark?.line ?? 1, reason: "the top level is no mapping")
        }
        var entries: [Entry] = []
        for (key, node) in mapping {
            let line = key.mark?.line ?? node.mark?.line ?? 1
            guard let name = key.scalar?.string else {
                throw .malformedFile(path: path, line: line, reason: "a key is no text")
            }
            guard let values = Self.scalars(of: node) else {
                throw .malformedFile(
                    path: path, line: line, reason: "'\(name)' holds neither a value nor a list of values")
            }
            entries.append(Entry(key: name, values: values, line: line))
        }
        self.entries = entries
    }

    private static func scalars(of node: Node) -> [String]? {
        if let scalar = node.scalar { return [scalar.string] }
        guard let sequence = node.sequence else { return nil }
        let scalars = sequence.compactMap(\.scalar?.string)
        return scalars.count == sequence.count ? scalars : nil
    }

    private static func error(_ error: YamlError, path: String) -> SettingError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            .malformedFile(path: path, line: mark.line, reason: problem)
        case .duplicatedKeysInMapping(let duplicates, let context):
            .malformedFile(
                path: path, line: context.mark.line,
                reason: "the key '\(duplicates.joined(separator: "', '"))' is given twice")
        default:
            .malformedFile(path: path, line: 1, reason: "not YAML or JSON")
        }
    }
}
