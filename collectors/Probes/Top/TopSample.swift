import JSONBytes
package import ProcFS
package import SampleContract

/// The `top` sample: makes one JSON object of two readings of a host (collectors/README.md).
package struct TopSample: Sendable {
    /// More CPUs than any kernel supports.
    private static let maxCPUs = 8192
    /// With more CPUs than this the shares of each are details: a list that only those want who look at this host.
    private static let mostCPUsInFigures = 16

    package var header: SampleHeader
    package var flags: SampleFlags
    package var previous: TopReading?
    package var current: TopReading
    package var activities: ProcessActivities
    package var traffic: ProcessTraffic
    /// Indices into `activities.all`, the most interesting first.
    package var rows: [Int]
    package var details: [Int32: ProcessDetails]
    package var units: HostUnits
    /// The most bytes of the sample. Rows beyond it are left out, and the sample has the flag `truncated`.
    package var maxBytes: Int

    package init(
        header: SampleHeader, flags: SampleFlags, previous: TopReading?, current: TopReading,
        activities: ProcessActivities, traffic: ProcessTraffic, rows: [Int], details: [Int32: ProcessDetails],
        units: HostUnits, maxBytes: Int
    ) {
        self.header = header
        self.flags = flags
        self.previous = previous
        self.current = current
        self.activities = activities
        self.traffic = traffic
        self.rows = rows
        self.details = details
        self.units = units
        self.maxBytes = maxBytes
    }

    private var seconds: Double? { current.seconds(since: previous) }

    /// The bytes of the sample. `tookUs` is called when everything but the end is written.
    package func encode(tookUs: () -> UInt64) -> OpenSample {
        var writer = JSONWriter(reservingCapacity: 12 * 1024)
        header.write(into: &writer, details: names)
        writeCPU(into: &writer)
        writeSystem(into: &writer)
        writeMemory(into: &writer)
        writePressure(into: &writer)
        writeDisks(into: &writer)
        writeBusiest(into: &writer)
        var table = ProcessRows(sample: self, maxBytes: roomForRows)
        table.write(into: &writer)
        let flags = table.isTruncated ? flags.union(.truncated) : flags
        return OpenSample(header, writer, tookUs: tookUs(), flags: flags)
    }

    private var names: [StaticString] {
        (current.stat?.cpus.count ?? 0) > Self.mostCPUsInFigures ? ["cpus", "procs"] : ["procs"]
    }

    /// On a large host the many CPUs and disks must not take the room of processes.
    private var roomForRows: Int {
        let cpus = max(0, (current.stat?.cpus.count ?? 0) - 64)
        let disks = max(0, min(DiskRows.most, current.disks?.count ?? 0) - 16)
        return min(SampleLimits.collectedBytes, maxBytes + cpus * 36 + disks * 56)
    }

    private func rate(_ counter: (TopReading) -> UInt64?) -> Double? {
        Rate.perSecond(from: previous.flatMap(counter), to: counter(current), seconds: seconds)
    }

    private func writeCPU(into writer: inout JSONWriter) {
        writer.key("cpu")
        let total = current.stat.flatMap { now in
            previous?.stat.flatMap { CPUShare(from: $0.total, to: now.total, decimals: 2) }
        }
        if let total {
            writer.beginObject()
            for (name, percentage) in zip(CPUShare.names, total.percentages) {
                writer.field(name, percentage, decimals: 2)
            }
            writer.endObject()
        } else {
            writer.null()
        }
        // `cpus` has places for those that are offline, and is a detail where there are many.
        writer.field("cpusOnline", (current.stat?.cpus.count).map(UInt64.init))
        writer.key("cpus")
        guard let now = current.stat, let before = previous?.stat else { return writer.null() }
        let earlier = Dictionary(before.cpus.map { ($0.number, $0.ticks) }, uniquingKeysWith: { first, _ in first })
        writer.beginArray()
        for (place, cpu) in now.cpus.enumerated() {
            // The index is the number of the CPU. CPUs that are offline are null.
            let gap = cpu.number - (place > 0 ? now.cpus[place - 1].number + 1 : 0)
            if cpu.number < Self.maxCPUs, gap > 0 { for _ in 0..<gap { writer.null() } }
            // One decimal, because with 128 CPUs this is a third of the sample.
            guard let share = earlier[cpu.number].flatMap({ CPUShare(from: $0, to: cpu.ticks, decimals: 1) }) else {
                writer.null()
                continue
            }
            writer.beginArray()
            for percentage in share.percentages { writer.number(percentage, decimals: 1) }
            writer.endArray()
        }
        writer.endArray()
    }

    private func writeSystem(into writer: inout JSONWriter) {
        writer.key("load")
        if let load = current.load {
            writer.beginArray()
            for average in [load.oneMinute, load.fiveMinutes, load.fifteenMinutes] {
                writer.number(average, decimals: 2)
            }
            writer.endArray()
        } else {
            writer.null()
        }
        let tasks = TaskCounts(current.processes)
        writer.key("tasks")
        writer.beginObject()
        writer.field("total", tasks.total)
        writer.field("running", tasks.running)
        writer.field("sleeping", tasks.sleeping)
        writer.field("stopped", tasks.stopped)
        writer.field("zombie", tasks.zombie)
        writer.field("uninterruptible", tasks.uninterruptible)
        writer.field("threads", tasks.threads)
        writer.field("hiddenThreads", current.hiddenThreads(seen: tasks.threads))
        writer.endObject()
        writer.field("uptimeS", current.uptime?.seconds, decimals: 2)
        writer.field("ctxtPerS", rate { $0.stat?.contextSwitches }, decimals: 1)
        writer.field("intrPerS", rate { $0.stat?.interrupts }, decimals: 1)
        writer.field("forksPerS", rate { $0.stat?.forks }, decimals: 1)
    }

    private func writeMemory(into writer: inout JSONWriter) {
        writer.key("mem")
        guard let memory = current.memory else { return writer.null() }
        writer.beginObject()
        writer.field("total", memory.totalKiB)
        writer.field("free", memory.freeKiB)
        let available = memory.availableKiB ?? memory.estimatedAvailableKiB(reserveKiB: current.minimumFree?.kiB)
        writer.field("available", available)
        writer.field("buffers", memory.buffersKiB)
        writer.field("cached", memory.cachedKiB)
        writer.field("sreclaimable", memory.reclaimableSlabKiB)
        writer.field("shmem", memory.sharedKiB)
        writer.field("dirty", memory.dirtyKiB)
        writer.field("slab", memory.slabKiB)
        writer.field("swapTotal", memory.swapTotalKiB)
        writer.field("swapFree", memory.swapFreeKiB)
        writer.field("pgmajfaultPerS", rate { $0.counters?.majorFaults }, decimals: 1)
        writer.field("pswpinPerS", rate { $0.counters?.swappedInPages }, decimals: 1)
        writer.field("pswpoutPerS", rate { $0.counters?.swappedOutPages }, decimals: 1)
        writer.field("oomKills", current.counters?.outOfMemoryKills)
        writer.field("hugePages", memory.hugePagesKiB)
        writer.field("hugePagesFree", memory.hugePagesFreeKiB)
        // A container sees the cache of its whole host, which may be larger than all that it has itself.
        let zfsCache = current.zfsCache.flatMap { $0.sizeKiB <= memory.totalKiB ? $0 : nil }
        writer.field("zfsArc", zfsCache?.sizeKiB)
        writer.field("zfsArcReclaimable", zfsCache?.reclaimableKiB)
        writer.endObject()
    }

    private func writePressure(into writer: inout JSONWriter) {
        writer.key("psi")
        writer.beginObject()
        for (name, pressure) in [
            ("cpu" as StaticString, current.cpuPressure), ("memory", current.memoryPressure),
            ("io", current.ioPressure),
        ] {
            writer.key(name)
            guard let pressure else {
                writer.null()
                continue
            }
            writer.beginObject()
            for (kind, averages) in [("some" as StaticString, pressure.some), ("full", pressure.full)] {
                writer.key(kind)
                guard let averages else {
                    writer.null()
                    continue
                }
                writer.beginArray()
                for average in [averages.tenSeconds, averages.oneMinute, averages.fiveMinutes] {
                    writer.number(average, decimals: 2)
                }
                writer.endArray()
            }
            writer.endObject()
        }
        writer.endObject()
    }

    /// The process that used most CPU: for those who see many hosts at once and not their tables.
    private func writeBusiest(into writer: inout JSONWriter) {
        writer.key("busiest")
        let all = activities.all
        let index = all.indices.max { (all[$0].cpuPct ?? 0) < (all[$1].cpuPct ?? 0) }
        guard let index, let cpuPct = all[index].cpuPct, cpuPct > 0 else { return writer.null() }
        let busiest = all[index]
        writer.beginObject()
        writer.key("pid")
        writer.integer(busiest.process.pid)
        writer.key("comm")
        writer.string(utf8: NameText.make(busiest.process.comm))
        writer.field("cpuPct", cpuPct, decimals: 1)
        writer.endObject()
    }

    private func writeDisks(into writer: inout JSONWriter) {
        writer.key("disks")
        guard let disks = current.disks else { return writer.null() }
        DiskRows(disks: disks, earlier: previous?.disks ?? [], seconds: seconds).write(into: &writer)
    }
}
