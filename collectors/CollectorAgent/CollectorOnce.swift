import Probes
import ProcFS

/// Takes one sample of each probe, with rates: two readings an interval apart; JSON without line ends.
package enum CollectorOnce {
    /// Throws where `/proc` itself cannot be read.
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
