import FoundationEssentials
import JSONBytes
package import Logging

/// One log line, without its destination.
struct LogLine {
    /// Unix epoch, ms.
    let milliseconds: Int64
    let level: Logger.Level
    let label: String
    let message: String
    let metadata: Logger.Metadata

    func text(in format: LogFormat) -> String {
        switch format {
        case .text: text
        case .json: json
        }
    }

    private var text: String {
        var line = "\(timestamp) \(level) \(label): \(Self.escaped(message))"
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            line += " \(key)=\(Self.quoted("\(value)"))"
        }
        return line
    }

    private var json: String {
        var writer = JSONWriter(reservingCapacity: 256)
        writer.beginObject()
        for (key, value) in [("time", timestamp), ("level", level.rawValue), ("label", label), ("message", message)] {
            writer.key(key)
            writer.string(value)
        }
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            writer.key(key)
            writer.string("\(value)")
        }
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// RFC 3339 in UTC with milliseconds.
    private var timestamp: String {
        // The milliseconds are written as digits, because a fraction of a double would sometimes be rounded down.
        let seconds = Date(timeIntervalSince1970: Double(milliseconds / 1000)).formatted(.iso8601)
        let fraction = String(1000 + milliseconds % 1000).dropFirst()
        return "\(seconds.dropLast()).\(fraction)Z"
    }

    private static func quoted(_ value: String) -> String {
        let isPlain = !value.isEmpty && value.unicodeScalars.allSatisfy { $0.value > 0x20 && $0 != "\"" && $0 != "=" }
        let text = escaped(value)
        return isPlain && text == value ? value : "\"\(text.replacing("\"", with: "\\\""))\""
    }

    /// Control characters could forge a line or control the reader's terminal.
    private static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else { return text }
        return text.unicodeScalars.map {
            $0.properties.generalCategory == .control ? "\\u{\(String($0.value, radix: 16))}" : String($0)
        }.joined()
    }
}

/// Writes log lines to standard error, each as text or as one JSON object. No value can break a line.
package struct StructuredLogHandler: LogHandler {
    package var logLevel: Logger.Level {
        get { own ?? threshold.level }
        set { own = newValue }
    }
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    /// Set for one logger alone.
    private var own: Logger.Level?
    private let threshold: LogThreshold
    private let label: String
    private let format: LogFormat
    private let write: @Sendable (String) -> Void

    /// - Parameter write: takes one finished line; must be safe to call from any thread.
    package init(
        label: String, threshold: LogThreshold, format: LogFormat, write: @escaping @Sendable (String) -> Void
    ) {
        self.label = label
        self.threshold = threshold
        self.format = format
        self.write = write
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var fields = metadata
        if let provided = metadataProvider?.get() { fields.merge(provided) { $1 } }
        if let explicit = event.metadata { fields.merge(explicit) { $1 } }
        if let error = event.error { fields["error"] = "\(error)" }
        write(
            LogLine(
                milliseconds: WallClock.milliseconds(), level: event.level, label: label,
                message: event.message.description, metadata: fields
            ).text(in: format))
    }
}
