import Glibc

/// The time of day of a moment.
struct LocalTime: Sendable {
    /// Seconds east of Greenwich at a moment, Unix epoch in seconds.
    let offset: @Sendable (_ seconds: Int) -> Int

    /// As the environment has it (`TZ`).
    static let ofThisMachine = LocalTime { seconds in
        var moment = time_t(seconds)
        var parts = tm()
        localtime_r(&moment, &parts)
        return parts.tm_gmtoff
    }

    /// `14:03:59.042`, with the number of days before it where it is not of the same day as `now`.
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

    /// Nil where it is beyond any calendar.
    private func local(_ t: Double) -> Int? {
        guard t >= 0, t < 1e14 else { return nil }
        return Int(t) + offset(Int(t) / 1000) * 1000
    }
}
