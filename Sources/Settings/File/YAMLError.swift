/// Where a text stops being YAML, and why; `line` counts from 1.
struct YAMLError: Error, Equatable {
    let line: Int
    let problem: String
}
