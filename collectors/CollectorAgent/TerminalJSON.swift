/// JSON made safe to show in a terminal: what strings of JSON may hold as it is, and a terminal takes for commands or for
/// another direction of the text, becomes an escape that means the same.
enum TerminalJSON {
    static func escaped(_ json: [UInt8]) -> [UInt8] {
        let text = String(decoding: json, as: UTF8.self)
        guard text.unicodeScalars.contains(where: isUnsafe) else { return json }
        var line: [UInt8] = []
        line.reserveCapacity(json.count + 64)
        for scalar in text.unicodeScalars {
            if isUnsafe(scalar) {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    line += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8
                }
            } else {
                line += String(scalar).utf8
            }
        }
        return line
    }

    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value >= 0x20, scalar.value < 0x7F { return false }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
