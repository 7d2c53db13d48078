/// What a YAML text says next, as far as a configuration file may say it; `line` counts from 1.
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
