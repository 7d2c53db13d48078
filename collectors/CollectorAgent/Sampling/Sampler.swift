import Probes

/// A probe with its sources: reads, remembers the last reading, and makes samples.
///
/// Not safe to share between threads.
protocol Sampler: AnyObject {
    func sample(at moment: SampleMoment) -> EncodedSample
}
