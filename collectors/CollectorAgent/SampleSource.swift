package import Probes
package import ProcFS

/// All probes of one host: takes one sample of each, numbered from 0.
///
/// Not safe to share between threads.
package final class SampleSource {
    private struct Probe {
        var sampler: any Sampler
        var seq: UInt64 = 0
    }

    private let host: String
    private let intervalMs: Int64
    private let startMs: Int64
    private let boot: String?
    private var probes: [Probe]

    /// Throws where `/proc` itself cannot be read.
    package init(_ configuration: CollectorConfiguration, root: String = "", startMs: Int64) throws(ProcFSError) {
        host = configuration.host
        intervalMs = configuration.intervalMs
        self.startMs = startMs
        boot = try? KeptFile<BootID>(root: root, buffer: ReadBuffer()).read().prefix
        var probes: [Probe] = []
        for probe in configuration.probes {
            switch probe {
            case .top: probes.append(Probe(sampler: try TopSampler(root: root, options: configuration.top)))
            case .netstat:
                probes.append(Probe(sampler: NetstatSampler(root: root, options: configuration.netstat)))
            }
        }
        self.probes = probes
    }

    /// Sources that failed and are due to be logged: each at most once a minute.
    package func takeWarnings() -> [SourceReport.Warning] {
        probes.flatMap { $0.sampler.takeWarnings() }
    }

    /// One sample of each probe, in the order of the configuration.
    package func take() -> [EncodedSample] {
        probes.indices.map { index in
            let moment = SampleMoment(
                host: host, startMs: startMs, seq: probes[index].seq, epochMs: SystemClock.epochMs(),
                monotonicNs: SystemClock.monotonicNs(), intervalMs: intervalMs, boot: boot,
                startedCPUNs: SystemClock.threadCPUNs())
            probes[index].seq += 1
            return probes[index].sampler.sample(at: moment)
        }
    }
}
