import Probes
import Settings

/// How often one probe, or every probe, takes a sample: `PROBE=TIME` or `TIME`.
struct ProbeInterval: Sendable, Equatable {
    static let allowed =
        "TIME or PROBE=TIME, each PROBE once; TIME a number with ms, s, m or h, 100ms to 1h; PROBE "
        + ProbeName.allCases.map(\.rawValue).joined(separator: ", ") + " or one of --exec"

    /// Nil means all probes without an interval of their own.
    var probe: String?
    var time: Duration

    init(probe: String?, time: Duration) {
        self.probe = probe
        self.time = time
    }

    /// As a user would write it.
    var text: String { (probe.map { "\($0)=" } ?? "") + time.settingText }

    init?(_ text: String) {
        var time = text[...]
        if let equals = text.firstIndex(of: "=") {
            probe = String(text[..<equals])
            time = text[text.index(after: equals)...]
        }
        guard let duration = Duration(settingText: String(time)),
            (.milliseconds(100) ... .seconds(3600)).contains(duration)
        else { return nil }
        self.time = duration
    }
}
