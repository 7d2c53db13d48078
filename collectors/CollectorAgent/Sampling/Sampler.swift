import Probes

/// A probe with its sources: reads, remembers the last reading, and makes samples.
///
/// Not safe to share between threads.
protocol Sampler: AnyObject {
    func sample(at moment: SampleMoment) -> EncodedSample

    /// Sources that failed and are due to be logged: each at most once a minute.
    func takeWarnings() -> [SourceReport.Warning]
}
