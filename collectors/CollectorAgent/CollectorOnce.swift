import Probes
import ProcFS

/// Takes one sample of each probe, as JSON without line ends. For the rates it takes two readings, an interval apart.
package enum CollectorOnce {
    /// Throws if `/proc` itself cannot be read.
    package static func lines(
        _ configuration: CollectorConfiguration
    ) async throws(CollectorFailure) -> [[UInt8]] {
        let source: SampleSource
        do {
            source = try SampleSource(configuration, startMs: SystemClock.epochMs())
        } catch {
            throw CollectorFailure(error)
        }
        _ = source.takeAll()
        try? await Task.sleep(for: configuration.interval)
        return source.takeAll().map { TerminalJSON.escaped($0.bytes) }
    }
}

/// Makes JSON safe for a terminal. JSON allows some characters in strings that a terminal takes for commands or for a
/// change of the text's direction. They become escapes that mean the same.
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
