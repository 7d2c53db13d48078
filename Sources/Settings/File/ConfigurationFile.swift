/// A configuration file in YAML, which includes JSON: one mapping from setting names to scalars or lists of scalars.
///
/// Nothing may nest deeper, so nothing recurses. An alias repeats a value that came before it.
package struct ConfigurationFile {
    package struct Entry: Equatable {
        package let key: String
        package let values: [String]
        package let line: Int
    }

    package let entries: [Entry]

    /// - Parameter setting: what leads to the file, for errors.
    package init(path: String, setting: String = "config") throws(SettingError) {
        let text: String
        do {
            text = try TextFile.read(path)
        } catch {
            throw .unreadableFile(setting: setting, path: path, reason: error.description)
        }
        try self.init(text: text, path: path, setting: setting)
    }

    package init(text: String, path: String, setting: String = "config") throws(SettingError) {
        do throws(YAMLError) {
            var parser = ConfigurationParser(reader: try YAMLReader(text))
            entries = try parser.entries()
        } catch {
            throw .malformedFile(setting: setting, path: path, line: error.line, reason: error.problem)
        }
    }
}

/// Turns the events of a YAML text into the entries of a configuration file.
struct ConfigurationParser: ~Copyable {
    /// A scalar or the scalars of a list, which an alias can repeat.
    private enum Value {
        case scalar(String)
        case list([String])
    }

    private var reader: YAMLReader
    private var anchors: [String: Value] = [:]

    init(reader: consuming YAMLReader) {
        self.reader = reader
    }

    /// All entries in order; none for an empty text.
    mutating func entries() throws(YAMLError) -> [ConfigurationFile.Entry] {
        guard try reader.next() == .documentStart else { return [] }
        let entries: [ConfigurationFile.Entry]
        switch try reader.next() {
        case .mappingStart: entries = try mapping()
        case .scalar("", _): entries = []
        default: throw error("the top level is no mapping")
        }
        guard try reader.next() == .documentEnd, try reader.next() == .end else {
            throw error("a second document begins")
        }
        return entries
    }

    private mutating func mapping() throws(YAMLError) -> [ConfigurationFile.Entry] {
        var entries: [ConfigurationFile.Entry] = []
        var keys: Set<String> = []
        while true {
            let event = try reader.next()
            if event == .mappingEnd { return entries }
            guard case .scalar(let key)? = try value(event) else { throw error("a key is no text") }
            let line = reader.line
            guard keys.insert(key).inserted else { throw error("the key '\(key)' is given twice") }
            guard let value = try value(reader.next()) else {
                throw YAMLError(line: line, problem: "'\(key)' holds neither a value nor a list of values")
            }
            switch value {
            case .scalar(let text): entries.append(.init(key: key, values: [text], line: line))
            case .list(let texts): entries.append(.init(key: key, values: texts, line: line))
            }
        }
    }

    /// The value that begins with `event`; `nil` if it is neither a scalar nor a list of scalars.
    private mutating func value(_ event: YAMLEvent) throws(YAMLError) -> Value? {
        switch event {
        case .scalar(let text, let anchor):
            return keep(.scalar(text), as: anchor)
        case .sequenceStart(let anchor):
            var texts: [String] = []
            while true {
                let item = try reader.next()
                if item == .sequenceEnd { return keep(.list(texts), as: anchor) }
                // The rest of a list or a mapping that begins here is not read.
                if case .sequenceStart = item { return nil }
                guard case .scalar(let text)? = try value(item) else { return nil }
                texts.append(text)
            }
        case .alias(let name):
            guard let value = anchors[name] else { throw error("the alias '*\(name)' stands for nothing before it") }
            return value
        case .mappingStart, .mappingEnd, .sequenceEnd, .documentStart, .documentEnd, .end:
            return nil
        }
    }

    private mutating func keep(_ value: Value, as anchor: String?) -> Value {
        if let anchor { anchors[anchor] = value }
        return value
    }

    private func error(_ problem: String) -> YAMLError {
        YAMLError(line: reader.line, problem: problem)
    }
}
