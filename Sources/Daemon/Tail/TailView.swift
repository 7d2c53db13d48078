import KeyspaceFollower
import Logging
import NIOCore
import RedisClient
import StreamAssembly

/// Decides what `tail` shows: nothing until everything is read, then the wanted past, then each change. Lives on the
/// follower's event loop.
actor TailView {
    private let options: Tail.Options
    private let assembler: StreamAssembler
    private let eventLoop: any EventLoop
    private let line: TailLine
    private let logger: Logger
    /// - Returns: `false` where nobody reads any more.
    private let write: @Sendable ([UInt8]) -> Bool
    private let say: @Sendable (String) -> Void
    private let onEnd: @Sendable () -> Void
    private var isShowing = false
    private var isOver = false
    private var left: Int?
    /// The newest time that was shown of each origin, for samples after a gap.
    private var shown: [Origin: Double] = [:]

    /// The samples of one host and probe in one key. Names are compared by their bytes, as in Redis.
    private struct Origin: Hashable {
        private let names: [[UInt8]]

        init(key: String, host: String, probe: String) { names = [key, host, probe].map { Array($0.utf8) } }
        init(_ sample: Sample) { self.init(key: sample.key, host: sample.host, probe: sample.probe) }
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - write: takes whole lines, without the end of the last one.
    ///   - say: takes a line for the person at the terminal.
    ///   - onEnd: called once, when there is nothing more to show.
    init(
        _ options: Tail.Options, assembler: StreamAssembler, eventLoop: any EventLoop, logger: Logger,
        write: @escaping @Sendable ([UInt8]) -> Bool, say: @escaping @Sendable (String) -> Void,
        onEnd: @escaping @Sendable () -> Void
    ) {
        self.options = options
        self.assembler = assembler
        self.eventLoop = eventLoop
        self.logger = logger
        self.write = write
        self.say = say
        self.onEnd = onEnd
        line = TailLine(localTime: .ofThisMachine, isColoured: options.isColoured)
        left = options.count
    }

    /// Gives the keys that have to be told again as a whole.
    func apply(_ changes: [Change]) -> [String] {
        let now = Double(WallClock.milliseconds())
        let (emissions, reports, keys) = assembler.assumeIsolated { assembler in
            (assembler.apply(changes, now: now), assembler.takeRejectionReports(), assembler.takeKeysToRead())
        }
        for report in reports { logger.sampleRejected(report) }
        if isShowing { for emission in emissions { show(emission, now: now) } }
        return keys
    }

    func follow(_ status: FollowerStatus) {
        switch status {
        case .connecting: break
        case .catchingUp: say("connected to Redis")
        case .backingOff(let reason, let wait):
            let seconds = (wait / .milliseconds(100)).rounded(.up) / 10
            say("Redis: \(TerminalText.safe(reason.description)); trying again in \(seconds) s")
        case .live(let mode):
            if case .polling(let remedy) = mode { say("following by polling: \(TerminalText.safe(remedy))") }
            showPast()
        }
    }

    private func showPast() {
        guard !isShowing else { return }
        isShowing = true
        let past = options.depth > 0 ? snapshot { _ in true } : []
        show(past, now: Double(WallClock.milliseconds()))
    }

    private func snapshot(where isWanted: (Sample) -> Bool) -> [Sample] {
        let selection = Selection(
            hosts: options.selection.hosts, probes: options.selection.probes, depth: max(1, options.depth))
        return assembler.assumeIsolated { $0.snapshot(selection) }.samples.filter(isWanted)
            .sorted { ($0.t, $0.id) < ($1.t, $1.id) }
    }

    private func show(_ emission: Emission, now: Double) {
        switch emission.kind {
        case .samples(let samples):
            show(samples.filter { options.selection.matches(host: $0.host, probe: $0.probe) }, now: now)
        case .gone(let keys, let samples):
            let keys = keys.filter { options.selection.matches(host: $0.host, probe: $0.probe) }
            let samples = samples.filter { options.selection.matches(host: $0.host, probe: $0.probe) }
            for key in keys { shown[Origin(key: key.key, host: key.host, probe: key.probe)] = nil }
            let lines = keys.map { line.gone($0, now: now) } + samples.map { line.gone($0, now: now) }
            // A program that reads samples gets only samples.
            if options.isJSON { for line in lines { say(line) } } else { put(lines.map { Array($0.utf8) }) }
        case .resync(let keys):
            let names = Set(keys.map { Array($0.key.utf8) })
            say("some samples of \(names.count) keys came too fast to be read; going on with the newest")
            show(
                snapshot { names.contains(Array($0.key.utf8)) && $0.t > shown[Origin($0)] ?? -.infinity }, now: now)
        }
    }

    private func show(_ samples: [Sample], now: Double) {
        let samples = left.map { samples.prefix($0) } ?? samples[...]
        for sample in samples { shown[Origin(sample), default: -.infinity].raise(to: sample.t) }
        put(
            samples.map { sample in
                options.isJSON
                    ? TerminalText.line(json: sample.bytes, isForTerminal: options.isTerminal)
                    : Array(line.sample(sample, now: now).utf8)
            })
        left = left.map { $0 - samples.count }
        if left == 0 { end() }
    }

    private func put(_ lines: [[UInt8]]) {
        guard !isOver, !lines.isEmpty else { return }
        if !write(Array(lines.joined(separator: [UInt8(ascii: "\n")]))) { end() }
    }

    private func end() {
        guard !isOver else { return }
        isOver = true
        onEnd()
    }
}

extension Double {
    fileprivate mutating func raise(to other: Double) { self = max(self, other) }
}
