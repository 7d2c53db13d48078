import CHost
import Glibc
import JSONBytes
import Probes
import ProcFS
import SampleContract

/// Does what ``ExecSchedule`` decides, on one thread: it starts the command, reads its pipes, and makes the samples.
struct ExecProbeLoop: ~Copyable {
    private let probe: ExecProbe
    private let bell: ExecBell
    private let onSample: @Sendable (OpenSample) -> Void
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 * 1024, alignment: 16)

    private var schedule: ExecSchedule
    private var child: ExecChild?
    private var output = ExecLineReader()
    private var errors = ExecLineReader(limit: 4096)
    private var lines = ExecAllowance.lines
    private var seq: UInt64 = 0
    private var lastNs: UInt64?
    private var badLines: UInt64 = 0
    /// The number of the current run; the first is 1.
    private var lineNumber: UInt64 = 0
    private var hasSampled = false

    private var badLineMessages = ExecAllowance.messages
    private var dropMessages = ExecAllowance.messages
    private var errorMessages = ExecAllowance.messages
    private var failureMessages = ExecAllowance.messages

    init(_ probe: ExecProbe, bell: ExecBell, onSample: @escaping @Sendable (OpenSample) -> Void) {
        self.probe = probe
        self.bell = bell
        self.onSample = onSample
        schedule = ExecSchedule(intervalMs: probe.intervalMs, nowMs: Self.nowMs())
    }

    deinit {
        buffer.deallocate()
    }

    private static func nowMs() -> Int64 { Int64(SystemClock.monotonicNs() / 1_000_000) }

    consuming func run() {
        // Only the collector has the right to look at other users' processes, not the command.
        _ = chost_bequeath_nothing()
        while true {
            switch schedule.next(nowMs: Self.nowMs()) {
            case .start: start()
            case .terminate: child?.signal(SIGTERM)
            case .kill: child?.signal(SIGKILL)
            case .wait(let until): wait(until)
            case .finish: return
            }
        }
    }

    private mutating func start() {
        hasSampled = false
        lineNumber = 0
        child = ExecChild(command: probe.command)
        if child == nil {
            schedule.failedToStart(nowMs: Self.nowMs())
            fail("it could not be started")
        } else {
            schedule.started(nowMs: Self.nowMs())
        }
    }

    private mutating func wait(_ until: Int64?) {
        var left = until.map { max(0, $0 - Self.nowMs()) } ?? 1000
        // The end of the pipe shows at once that the shell has ended. If a child of the shell holds the pipe, only
        // asking shows it.
        if let output = child?.output { left = min(left, output < 0 ? 20 : 1000) }
        var waits = [
            pollfd(fd: child?.output ?? -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: child?.errors ?? -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: schedule.isStopping ? -1 : bell.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        _ = poll(&waits, nfds_t(waits.count), Int32(min(left, 60_000)))
        if waits[2].revents != 0 { schedule.stop() }
        readPipes(atMost: 8)
        if child?.hasEnded() == true { end() }
    }

    private mutating func end() {
        // Its last output is still in the pipes. They do not hold more than this.
        readPipes(atMost: 64)
        finishLines()
        guard let isDone = child.take()?.reap() else { return }
        schedule.ended(hasFailed: !isDone || !hasSampled, nowMs: Self.nowMs())
        if !isDone, !schedule.isStopping { fail("its exit status is not 0") }
    }

    private mutating func readPipes(atMost times: Int) {
        for _ in 0..<times {
            guard let bytes = child?.readOutput(into: buffer) else { break }
            var complete: [[UInt8]] = []
            output.feed(bytes) { complete.append($0) }
            for line in complete { take(line) }
        }
        for _ in 0..<times {
            guard let bytes = child?.readErrors(into: buffer) else { break }
            var complete: [[UInt8]] = []
            errors.feed(bytes) { complete.append($0) }
            for line in complete { tell(line) }
        }
        let (tooLong, tooMany) = (output.dropped, lines.refused)
        if tooLong + tooMany > toldDrops, dropMessages.take(nowMs: Self.nowMs()) {
            toldDrops = tooLong + tooMany
            probe.logger.execDropped(tooLong: tooLong, tooMany: tooMany)
        }
    }

    private var toldDrops: UInt64 = 0

    private mutating func finishLines() {
        var last: [[UInt8]] = []
        output.finish { last.append($0) }
        for line in last { take(line) }
        last = []
        errors.finish { last.append($0) }
        for line in last { tell(line) }
    }

    private mutating func take(_ line: [UInt8]) {
        lineNumber += 1
        let nowMs = Self.nowMs()
        schedule.heard(nowMs: nowMs)
        guard !schedule.isStopping, lines.take(nowMs: nowMs) else { return }
        let nowNs = SystemClock.monotonicNs()
        let sample = ExecSample(
            header: SampleHeader(
                id: SampleID(host: probe.host, probe: probe.name, startMs: probe.startMs, seq: seq),
                epochMs: SystemClock.epochMs(), boot: probe.boot, intervalMs: Int(probe.intervalMs),
                dtMs: lastNs.map { Double(nowNs - $0) / 1_000_000 }),
            flags: lastNs == nil ? .first : [])
        do throws(ExecLineError) {
            onSample(try sample.encode(line))
            hasSampled = true
            seq += 1
            lastNs = nowNs
        } catch {
            badLines += 1
            if badLineMessages.take(nowMs: nowMs) {
                probe.logger.execBadLine(line, error.description, number: lineNumber, total: badLines)
            }
        }
    }

    private mutating func tell(_ line: [UInt8]) {
        if errorMessages.take(nowMs: Self.nowMs()) { probe.logger.execSaid(line) }
    }

    private mutating func fail(_ what: String) {
        if failureMessages.take(nowMs: Self.nowMs()) { probe.logger.execFailed(what) }
    }
}
