package import Probes
package import ProcFS
import SampleContract

/// The probes of one host. It says when samples are due, takes them, and numbers those of each probe from 0.
///
/// Not safe to share between threads.
package final class SampleSource {
    private struct Probe {
        var name: ProbeName
        var native: any NativeProbe
        var clock: SampleClock
        var dueMs: Int64?
        var seq: UInt64 = 0
        var watch = ClockWatch()
    }

    private let host: String
    private let startMs: Int64
    private let root: String
    package let boot: String?
    private var probes: [Probe] = []
    /// The numbers of probes that are switched off. They go on from there when they are switched on again.
    private var numbers: [ProbeName: UInt64] = [:]

    /// Throws if `/proc` itself cannot be read.
    package init(_ configuration: CollectorConfiguration, root: String = "", startMs: Int64) throws(ProcFSError) {
        host = configuration.host
        self.startMs = startMs
        self.root = root
        boot = try? KeptFile<BootID>(root: root, buffer: ReadBuffer()).read().prefix
        try apply(configuration)
    }

    /// Takes new probes, intervals and options. The host's name stays. After an error nothing has changed.
    package func apply(_ configuration: CollectorConfiguration) throws(ProcFSError) {
        var next: [Probe] = []
        let options = ProbeOptions(top: configuration.top, netstat: configuration.netstat)
        for name in configuration.probes {
            guard let native = try name.probe(root: root, options: options) else { continue }
            let clock = SampleClock(intervalMs: configuration.intervalMs(of: name.rawValue))
            var probe = Probe(name: name, native: native, clock: clock, seq: numbers[name] ?? 0)
            if let old = probes.first(where: { $0.name == name }) { (probe.seq, probe.watch) = (old.seq, old.watch) }
            next.append(probe)
        }
        for probe in probes { numbers[probe.name] = probe.seq }
        probes = next
    }

    /// When the next samples are due, in epoch milliseconds; nil if there is no probe.
    package func nextDue(nowMs: Int64) -> Int64? {
        for index in probes.indices {
            // A time that is further away than the interval comes from before the clock was set back.
            if let due = probes[index].dueMs, due - nowMs <= probes[index].clock.intervalMs { continue }
            probes[index].dueMs = probes[index].clock.next(nowMs: nowMs)
        }
        return probes.lazy.compactMap(\.dueMs).min()
    }

    /// The samples due until `dueMs`, in the order of the configuration.
    package func take(dueBy dueMs: Int64, at now: ClockReading) -> [OpenSample] {
        probes.indices.compactMap { index in
            guard let due = probes[index].dueMs, due <= dueMs else { return nil }
            probes[index].dueMs = nil
            return take(index, at: now)
        }
    }

    /// Sources that failed and should be logged, each at most once a minute.
    package func takeWarnings() -> [SourceReport.Warning] {
        probes.flatMap { $0.native.takeWarnings() }
    }

    /// One sample of each probe, in the order of the configuration, due or not.
    package func takeAll(at now: ClockReading = .now()) -> [OpenSample] {
        probes.indices.map { take($0, at: now) }
    }

    private func take(_ index: Int, at now: ClockReading) -> OpenSample {
        let moment = SampleMoment(
            host: host, startMs: startMs, seq: probes[index].seq, epochMs: now.epochMs, monotonicNs: now.monotonicNs,
            bootNs: root.isEmpty ? now.bootNs : nil, intervalMs: probes[index].clock.intervalMs, boot: boot,
            startedCPUNs: SystemClock.threadCPUNs())
        probes[index].seq += 1
        var sample = probes[index].native.sample(at: moment)
        if let stepMs = probes[index].watch.step(now) {
            sample.clockStepMs = stepMs
            sample.flags.insert(.clockStep)
        }
        return sample
    }
}
