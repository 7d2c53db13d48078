/// A configuration file in YAML (of which JSON is a part): one mapping of setting names to scalars or lists of scalars.
///
/// Nothing nests deeper, so nothing recurses; an alias stands for values that were given before it.
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
        do throws(YAMLError) {
            var parser = ConfigurationParser(reader: try YAMLReader(text))
            entries = try parser.entries()
        } catch {
            throw .malformedFile(path: path, line: error.line, reason: error.problem)
        }
    }
}
