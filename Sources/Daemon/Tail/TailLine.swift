import Glibc
import StreamAssembly

/// One line of `tail`.
struct TailLine: Sendable {
    let localTime: LocalTime
    let isColoured: Bool

    /// `14:03:59.042 web-1 top cpu 3.5%  load 0.2 …`
    func sample(_ sample: Sample, now: Double) -> String {
        line(localTime.text(sample.t, now: now), sample.host, sample.probe, SampleFigures(sample).text)
    }

    /// A key that vanished.
    func gone(_ key: Emission.RemovedKey, now: Double) -> String {
        line(localTime.text(now, now: now), key.host.isEmpty ? key.key : key.host, key.probe, coloured("gone", .red))
    }

    /// A sample that was removed.
    func gone(_ sample: Emission.RemovedSample, now: Double) -> String {
        let text = coloured("gone", .red) + " \(TerminalText.safe(sample.id))"
        return line(localTime.text(now, now: now), sample.host, sample.probe, text)
    }

    private func line(_ time: String, _ host: String, _ probe: String, _ text: String) -> String {
        let host = padded(TerminalText.safe(host), to: 16)
        let probe = padded(TerminalText.safe(probe), to: 8)
        return "\(coloured(time, .dim)) \(coloured(host, .bold)) \(probe) \(text)"
    }

    private func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// Select Graphic Rendition (ECMA-48 8.3.117).
    private enum Colour: Int {
        case bold = 1
        case dim = 2
        case red = 31
    }

    private func coloured(_ text: String, _ colour: Colour) -> String {
        isColoured ? "\u{1b}[\(colour.rawValue)m\(text)\u{1b}[0m" : text
    }
}

/// The local time of day.
struct LocalTime: Sendable {
    /// Seconds east of Greenwich at a time, which is in seconds of the Unix epoch.
    let offset: @Sendable (_ seconds: Int) -> Int

    /// The time zone of the environment (`TZ`).
    static let ofThisMachine = LocalTime { seconds in
        var moment = time_t(seconds)
        var parts = tm()
        localtime_r(&moment, &parts)
        return parts.tm_gmtoff
    }

    /// `14:03:59.042`, with the number of days in front if it is not on the same day as `now`.
    ///
    /// - Parameters:
    ///   - t: Unix epoch in ms.
    ///   - now: the same.
    func text(_ t: Double, now: Double) -> String {
        guard let milliseconds = local(t), let present = local(now) else { return "--:--:--.---" }
        let (day, rest) = milliseconds.quotientAndRemainder(dividingBy: Self.day)
        let (seconds, fraction) = rest.quotientAndRemainder(dividingBy: 1000)
        let parts = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { String(100 + $0).dropFirst() }
        let days = day - present / Self.day
        return (days == 0 ? "" : "\(days > 0 ? "+" : "")\(days)d ") + parts.joined(separator: ":")
            + ".\(String(1000 + fraction).dropFirst())"
    }

    private static let day = 86_400_000

    /// Nil if it is beyond any calendar.
    private func local(_ t: Double) -> Int? {
        guard t >= 0, t < 1e14 else { return nil }
        return Int(t) + offset(Int(t) / 1000) * 1000
    }
}
