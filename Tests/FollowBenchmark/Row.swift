import TestSupport

/// One run's result.
struct Row {
    let scenario: Scenario
    /// Samples per second that Redis took.
    var writtenPerSecond = Double.nan
    /// Samples per second from the first that was sent to the last that came.
    var followedPerSecond = Double.nan
    /// From the writer's socket to the client's hands, ms.
    var p50 = Double.nan
    var p99 = Double.nan
    /// From the last answer to a writer until the client had everything, ms.
    var drained = Double.nan
    var missing = 0
    var doubled = 0
    /// Snapshots in place of changes, because the client or the follower could not keep up.
    var resyncs = 0
    /// Commands that the follower sent to Redis.
    var commandsPerSample = Double.nan
    var redisMicrosecondsPerSample = Double.nan
    var daemonMicrosecondsPerSample = Double.nan
    /// Of one core, while samples were written.
    var daemonPercent = Double.nan
    /// The same of this benchmark, which writes and receives.
    var ownPercent = Double.nan
    /// Where the time went; nil unless it was asked for.
    var trace: Trace?

    static let heading = """
        | follower | bytes | keys | pace | samples | written/s | followed/s | p50 ms | p99 ms | drained ms | missing \
        | doubled | resyncs | commands per sample | redis µs per sample | daemon µs per sample | daemon % of a core | \
        bench % of a core |
        |\(String(repeating: " --- |", count: 18))
        """

    var text: String {
        let fields =
            ["\(scenario.way)", "\(scenario.bytes)", "\(scenario.keys)", "\(scenario.paceText)", "\(scenario.samples)"]
            + [writtenPerSecond, followedPerSecond, p50, p99, drained].map(Self.decimal)
            + ["\(missing)", "\(doubled)", "\(resyncs)"]
            + [commandsPerSample, redisMicrosecondsPerSample, daemonMicrosecondsPerSample, daemonPercent, ownPercent]
            .map(Self.decimal)
        return "| " + fields.joined(separator: " | ") + " |"
    }

    /// The longest p99 that is allowed, ms: a bar where the machine is quiet, and a ratio to what Redis and the sockets
    /// take alone where it is not. Nil where nothing is promised.
    private func longestP99(floor: Double?) -> Double? {
        // Polling is as late as its clock.
        guard case .daemon(let mode) = scenario.way, mode != .polling, case .perSecond(let rate) = scenario.pace
        else { return nil }
        let bar: Double? = scenario.flood > 0 ? 20 : rate <= 1000 ? 5 : rate <= 5000 ? 20 : nil
        return bar.map { max($0, 10 * (floor ?? 0)) }
    }

    /// What was promised of this run and not kept.
    ///
    /// - Parameter floor: p99 of the same load by `PUBLISH`, ms; nil where it was not measured.
    func missedBars(floor: Double?) -> [String] {
        guard case .daemon = scenario.way else { return [] }
        var missed: [String] = []
        if missing > 0 || doubled > 0 { missed.append("\(missing) missing, \(doubled) doubled") }
        if let longest = longestP99(floor: floor), !(p99 <= longest) {
            missed.append(
                "p99 is \(Self.decimal(p99)) ms, over \(Self.decimal(longest)); --trace shows where it comes from")
        }
        if scenario.pace == .fullSpeed, drained > 5000 { missed.append("drained after \(drained) ms, over 5000") }
        if scenario.keys == 5000, scenario.pace == .perSecond(5000), daemonPercent > 60 {
            missed.append("\(daemonPercent) % of a core, over 60")
        }
        return missed
    }

    static func decimal(_ value: Double) -> String {
        guard value.isFinite else { return "–" }
        guard value < 100 else { return "\(Int(value.rounded()))" }
        let hundredths = Int((value * 100).rounded())
        return "\(hundredths / 100).\(hundredths % 100 / 10)\(hundredths % 10)"
    }
}
