import CYAML

/// Reads a YAML text event by event. It is the only user of libyaml, and no pointer leaves it.
struct YAMLReader: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let text: UnsafeMutableBufferPointer<UInt8>
    /// The line on which the last event began, counted from 1.
    private(set) var line = 1

    init(_ text: String) throws(YAMLError) {
        self.parser = .allocate(capacity: 1)
        self.text = .allocate(capacity: text.utf8.count)
        _ = self.text.initialize(from: text.utf8)
        guard yaml_parser_initialize(parser) == 1 else {
            throw YAMLError(line: 1, problem: "no memory for a parser")
        }
        yaml_parser_set_input_string(parser, self.text.baseAddress, self.text.count)
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        text.deallocate()
    }

    /// The next event. Do not call it again after ``YAMLEvent/end``.
    mutating func next() throws(YAMLError) -> YAMLEvent {
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(parser, &event) == 1 else { throw error() }
            defer { yaml_event_delete(&event) }
            line = Int(event.start_mark.line) + 1
            switch event.type {
            case YAML_DOCUMENT_START_EVENT: return .documentStart
            case YAML_DOCUMENT_END_EVENT: return .documentEnd
            case YAML_MAPPING_START_EVENT: return .mappingStart(anchor: Self.text(event.data.mapping_start.anchor))
            case YAML_MAPPING_END_EVENT: return .mappingEnd
            case YAML_SEQUENCE_START_EVENT: return .sequenceStart(anchor: Self.text(event.data.sequence_start.anchor))
            case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
            case YAML_ALIAS_EVENT: return .alias(Self.text(event.data.alias.anchor) ?? "")
            case YAML_SCALAR_EVENT:
                let scalar = event.data.scalar
                let value = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
                return .scalar(String(decoding: value, as: UTF8.self), anchor: Self.text(scalar.anchor))
            case YAML_STREAM_END_EVENT, YAML_NO_EVENT: return .end
            default: continue
            }
        }
    }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    private func error() -> YAMLError {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "not YAML or JSON"
        guard parser.pointee.error == YAML_READER_ERROR else {
            return YAMLError(line: Int(parser.pointee.problem_mark.line) + 1, problem: problem)
        }
        // An error of libyaml's reader has a byte offset, but no line.
        let before = text.prefix(Int(parser.pointee.problem_offset))
        return YAMLError(line: before.count { $0 == UInt8(ascii: "\n") } + 1, problem: problem)
    }
}

/// The next part of a YAML text, of those that a configuration file may have. `line` counts from 1.
enum YAMLEvent: Equatable {
    case documentStart
    case mappingStart(anchor: String?)
    case mappingEnd
    case sequenceStart(anchor: String?)
    case sequenceEnd
    case scalar(String, anchor: String?)
    case alias(String)
    case documentEnd
    case end
}

/// Where a text stops being YAML, and why. `line` counts from 1.
struct YAMLError: Error, Equatable {
    let line: Int
    let problem: String
}
