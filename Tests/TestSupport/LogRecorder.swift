package import Logging
import Synchronization

/// Keeps what is logged, from `notice` on.
package final class LogRecorder: Sendable {
    private let entries = Mutex<[(message: String, fields: [String: String])]>([])

    package init() {}

    package var logger: Logger {
        Logger(label: "test") { _ in Handler(recorder: self) }
    }

    /// The fields of all lines with that message.
    package func entries(of message: String) -> [[String: String]] {
        entries.withLock { $0.filter { $0.message == message }.map(\.fields) }
    }

    /// How many lines have that value under that key.
    package func count(_ key: String, _ value: String) -> Int {
        entries.withLock { $0.count { $0.fields[key] == value } }
    }

    private struct Handler: LogHandler {
        let recorder: LogRecorder
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.notice

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let fields = (event.metadata ?? [:]).mapValues(\.description)
            recorder.entries.withLock { $0.append((event.message.description, fields)) }
        }
    }
}
