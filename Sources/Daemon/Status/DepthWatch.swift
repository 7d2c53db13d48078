import Logging
import StreamAssembly

/// Notices when the window no longer reaches as far back as `window-age` says, and when it does again.
///
/// A window that just fits is short at one moment and whole at the next. So it counts as whole again only after a
/// minute without a short moment: the log gets one line for each of the two, not a stream of them.
struct DepthWatch {
    enum News: Equatable {
        case short(WindowDepth)
        case whole
    }

    static let calmMs: Double = 60_000

    private var lastShort: Double?

    /// - Parameter now: the daemon's clock, Unix epoch in ms.
    mutating func look(_ depth: WindowDepth, now: Double) -> News? {
        if depth.from != nil {
            defer { lastShort = now }
            return lastShort == nil ? .short(depth) : nil
        }
        // A clock that was set back begins the minute anew.
        if let last = lastShort, last > now { lastShort = now }
        guard let last = lastShort, now - last >= Self.calmMs else { return nil }
        lastShort = nil
        return .whole
    }
}

extension Logger {
    func windowDepth(_ news: DepthWatch.News, _ limits: WindowLimits) {
        switch news {
        case .short(let depth):
            warning(
                "the window does not hold window-age: raise window-bytes, or the limit that is reached",
                metadata: [
                    "held": "\(Int(depth.ms / 1000))s", "window-age": "\(Int(limits.ageMs / 1000))s",
                    "window-bytes": "\(limits.bytes)", "window-samples": "\(limits.samples)",
                    "window-per-key": "\(limits.perKey)",
                ])
        case .whole: notice("the window holds window-age again")
        }
    }
}
