package import Logging
package import NIOCore
import Probes
package import ProcFS
import RedisClient
import ServiceLifecycle

/// Samples this host at every interval and sends the samples to each Redis, until it is asked to stop.
///
/// It lives on one event loop, together with its Redis connections, so no sample ever changes threads. On a graceful
/// shutdown the waiting samples are sent for at most two seconds, if Redis is there. The rest stays in the spool.
package actor Collector: Service {
    private enum Event: Sendable {
        case reconfigured
        case stop
    }

    package nonisolated let unownedExecutor: UnownedSerialExecutor
    private let eventLoop: any EventLoop
    private let logger: Logger
    private let source: SampleSource
    private let events: AsyncStream<Event>
    private let event: AsyncStream<Event>.Continuation
    private var configuration: CollectorConfiguration
    private var targets: [RedisTarget] = []
    private var unstarted: [RedisTarget] = []
    private var commands: [RunningCommand] = []
    private var alarm: Scheduled<Void>?
    private var isSampling = false

    /// Runs a program that is a probe, until its task is cancelled.
    private struct RunningCommand {
        var command: ExecCommand
        var intervalMs: Int64
        var task: Task<Void, Never>
    }

    /// Throws if `/proc` itself cannot be read.
    package init(
        _ configuration: CollectorConfiguration, root: String = "", eventLoop: any EventLoop, logger: Logger
    ) throws(ProcFSError) {
        self.configuration = configuration
        self.eventLoop = eventLoop
        self.logger = logger
        unownedExecutor = eventLoop.executor.asUnownedSerialExecutor()
        source = try SampleSource(configuration, root: root, startMs: SystemClock.epochMs())
        (events, event) = AsyncStream.makeStream()
    }

    /// The progress of the samples, for each Redis in the order of the configuration.
    package var progress: [TargetProgress] {
        get async {
            var progress: [TargetProgress] = []
            for target in targets { progress.append(await target.progress) }
            return progress
        }
    }

    package func run() async throws {
        logger.collecting(configuration)
        for finding in SecretFileCheck.findings(configuration) { logger.openSecret(finding) }
        startTargets()
        await runCommands()
        await withTaskGroup(of: Void.self) { tasks in
            runUnstarted(in: &tasks)
            isSampling = true
            scheduleNext()
            await withTaskCancellationHandler {
                await withGracefulShutdownHandler {
                    for await event in events {
                        if case .stop = event { break }
                        runUnstarted(in: &tasks)
                    }
                } onGracefulShutdown: { [event] in
                    event.yield(.stop)
                }
            } onCancel: { [event] in
                event.yield(.stop)
            }
            isSampling = false
            scheduleNext()
            await endCommands { _ in true }
            for target in targets { await target.stop() }
            await tasks.waitForAll()
        }
        logger.stopped()
    }

    /// Goes on with new settings: probes and intervals, rows, what is kept, and which Redis gets the samples.
    ///
    /// Settings that cannot change while it runs stay as they are, and a log line says so.
    package func reconfigure(_ wanted: CollectorConfiguration) async {
        var next = wanted
        for name in CollectorSettings.keepFixed(from: configuration, in: &next) { logger.needsRestart(name) }
        do throws(ProcFSError) {
            try source.apply(next)
        } catch {
            return logger.notReconfigured("\(error)")
        }
        configuration = next
        let endpoints = next.targets
        for target in targets {
            if endpoints.contains(target.endpoint) { await target.apply(next.push) } else { await target.stop() }
        }
        targets.removeAll { !endpoints.contains($0.endpoint) }
        startTargets()
        await runCommands()
        event.yield(.reconfigured)
        scheduleNext()
        logger.reconfigured(configuration)
    }

    private func startTargets() {
        for endpoint in configuration.targets where !targets.contains(where: { $0.endpoint == endpoint }) {
            let target = RedisTarget(
                configuration.redisConfiguration(endpoint), policy: configuration.push,
                spool: configuration.spoolOpener(endpoint), eventLoop: eventLoop, logger: logger)
            targets.append(target)
            unstarted.append(target)
        }
    }

    /// Starts the wanted programs that do not run, and ends those that are not wanted any more.
    private func runCommands() async {
        await endCommands { running in
            !configuration.commands.contains(running.command)
                || running.intervalMs != configuration.intervalMs(of: running.command.name)
        }
        for command in configuration.commands where !commands.contains(where: { $0.command == command }) {
            let intervalMs = configuration.intervalMs(of: command.name)
            // Each start has its own number, so that no id occurs twice.
            let probe = ExecProbe(
                name: command.name, command: command.command, host: configuration.host,
                startMs: SystemClock.epochMs(), boot: source.boot, intervalMs: intervalMs, logger: logger)
            let task = Task { [eventLoop] in
                await probe.run { sample in
                    eventLoop.execute { self.assumeIsolated { $0.pass(on: [sample]) } }
                }
            }
            commands.append(RunningCommand(command: command, intervalMs: intervalMs, task: task))
        }
    }

    private func endCommands(where isUnwanted: (RunningCommand) -> Bool) async {
        let ending = commands.filter(isUnwanted)
        commands.removeAll(where: isUnwanted)
        for command in ending { command.task.cancel() }
        for command in ending { await command.task.value }
    }

    private func pass(on samples: [OpenSample]) {
        let keyed = samples.map { (configuration.key(of: $0.probe), $0) }
        for target in targets { target.assumeIsolated { $0.take(keyed) } }
    }

    private func runUnstarted(in tasks: inout TaskGroup<Void>) {
        for target in unstarted { tasks.addTask { await target.run() } }
        unstarted = []
    }

    /// The event loop sets the timer. A sleeping task would wake up other threads for each sample.
    private func scheduleNext() {
        alarm?.cancel()
        guard isSampling else { return }
        let now = SystemClock.epochMs()
        guard let due = source.nextDue(nowMs: now) else { return }
        alarm = eventLoop.scheduleTask(in: .milliseconds(due - now)) {
            self.assumeIsolated { $0.sample(dueBy: due) }
        }
    }

    private func sample(dueBy due: Int64) {
        pass(on: source.take(dueBy: due, at: .now()))
        for warning in source.takeWarnings() { logger.sourceFailed(warning) }
        scheduleNext()
    }
}
