import Logging
import Synchronization

/// Keeps what is logged, from `notice` on.
final class LogRecorder: Sendable {
    private let entries = Mutex<[[String: String]]>([])

    var logger: Logger {
        Logger(label: "test") { _ in Handler(recorder: self) }
    }

    /// How many lines have that value under that key.
    func count(_ key: String, _ value: String) -> Int {
        entries.withLock { $0.count { $0[key] == value } }
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
            let fields = (event.metadata ?? [:]).mapValues { $0.description }
            recorder.entries.withLock { $0.append(fields) }
        }
    }
}
