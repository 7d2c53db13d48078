import KeyspaceFollower
import Settings
import SocketIOServer
import StreamAssembly

/// Gathers the counters of all parts as Prometheus text (exposition format 0.0.4). The number of labels is limited:
/// they contain no text from hosts.
actor DaemonMetrics {
    struct Parts {
        let assembler: StreamAssembler
        let follower: KeyspaceFollower
        let feed: MonitoringFeed
        let server: SocketIOServer
        let door: TokenDoor?
        let readiness: Readiness
        let limits: WindowLimits
    }

    private var parts: Parts?

    /// The parts whose counters are shown.
    func observe(_ parts: Parts) { self.parts = parts }

    func text() async -> String {
        guard let parts else { return "" }
        var page = MetricsPage()
        page.gauge(
            "build_info", "1, with the version of the program.", label: "version", [(programVersion, 1)])
        page.gauge("ready", "1 while Redis is followed and no client is sent away; as /readyz.", parts.ready)
        page.window(await parts.assembler.statistics, parts.limits)
        page.depth(await parts.assembler.depth(now: Double(WallClock.milliseconds())))
        page.follower(await parts.follower.statistics)
        page.feed(
            await parts.feed.counters, clients: await parts.feed.clientCount, times: await parts.feed.times)
        page.counter(
            "tokens_refused_total", "Handshakes and requests without the right token.", label: "door",
            TokenDoor.Door.allCases.map { ($0.rawValue, parts.door?.refused($0) ?? 0) })
        page.server(await parts.server.statistics())
        page.process(.read())
        return page.text
    }
}

extension DaemonMetrics.Parts {
    fileprivate var ready: Int { readiness.report.isReady && !readiness.isDraining ? 1 : 0 }
}

/// What each part shows. A name that stands here once is an outward promise.
extension MetricsPage {
    mutating func process(_ figures: ProcessFigures) {
        process(
            "cpu_seconds_total", "Total user and system CPU time spent in seconds.", "counter", figures.cpuSeconds)
        process("resident_memory_bytes", "Resident memory size in bytes.", "gauge", figures.residentBytes)
        process("virtual_memory_bytes", "Virtual memory size in bytes.", "gauge", figures.virtualBytes)
        process("open_fds", "Number of open file descriptors.", "gauge", figures.openDescriptors)
        process("max_fds", "Maximum number of open file descriptors.", "gauge", figures.mostDescriptors)
        process(
            "start_time_seconds", "Start time of the process since unix epoch in seconds.", "gauge",
            figures.startSeconds)
    }

    mutating func window(_ assembler: AssemblerStatistics, _ limits: WindowLimits) {
        gauge("window_samples", "Samples in the window.", assembler.samples)
        gauge("window_bytes", "Bytes that the window takes, most of them compressed.", assembler.bytes)
        gauge("window_keys", "Keys with samples in the window.", assembler.keys)
        gauge(
            "window_limit", "The bounds of the window: samples, bytes, and samples of one key.", label: "bound",
            [("samples", limits.samples), ("bytes", limits.bytes), ("per-key", limits.perKey)])
        counter(
            "window_samples_left_total", "Samples that a bound of the window took from it.", label: "bound",
            [
                ("age", assembler.left.age), ("samples", assembler.left.samples), ("bytes", assembler.left.bytes),
                ("per-key", assembler.left.perKey),
            ])
        counter("window_frames_sealed_total", "Frames made of new samples.", assembler.frames.sealed)
        counter("window_frames_merged_total", "Frames made of small ones.", assembler.frames.merged)
        counter("window_frames_opened_total", "Frames opened to be read.", assembler.frames.opened)
        counter(
            "window_keys_rewritten_total", "Keys whose frames were made anew, since most of their samples had left.",
            assembler.frames.rewritten)
        counter(
            "window_frames_failed_total", "Frames that could not be made or read; their samples stay uncompressed.",
            assembler.frames.failed)
        counter("samples_received_total", "Members read from Redis.", assembler.received)
        counter("samples_emitted_total", "Samples that were new.", assembler.emitted)
        counter("samples_resynced_total", "Samples read again after a gap, and sent in snapshots.", assembler.resynced)
        counter("samples_late_total", "Samples older than one that their key had already.", assembler.late)
        counter("samples_duplicate_total", "Samples that were there already.", assembler.duplicates)
        counter("samples_below_floor_total", "Samples too old for the window.", assembler.belowFloor)
        counter(
            "samples_rejected_total", "Members that were no samples.", label: "reason",
            SampleRejection.allCases.map { ($0.rawValue, assembler.rejected[$0] ?? 0) })
        counter(
            "details_ignored_total", "Names in the member details of samples that are of no detail.",
            assembler.detailsIgnored)
    }

    mutating func depth(_ depth: WindowDepth) {
        gauge("window_age_seconds", "How far back the window is to reach.", Int(depth.ageMs / 1000))
        gauge(
            "window_held_seconds", "How far back it reaches: from then on more than half of the hosts are held whole.",
            Int(depth.ms / 1000))
    }

    mutating func follower(_ follower: FollowerStatistics) {
        counter("follower_events_total", "Keyspace events heard.", follower.events)
        counter("follower_commands_total", "Commands sent to Redis.", follower.commands)
        counter("follower_round_trips_total", "Pipelines of commands that Redis answered.", follower.roundTrips)
        counter("follower_rounds_total", "Rounds of reading.", follower.rounds)
        counter("follower_rows_read_total", "Members that Redis sent.", follower.rowsRead)
        counter("follower_full_reads_total", "Times that all of a key was read.", follower.fullReads)
        counter(
            "follower_long_names_total", "Times that a key was met whose name is too long to be followed.",
            follower.longNames)
        gauge("follower_keys", "Keys followed.", follower.keys)
    }

    mutating func feed(_ sent: MonitoringFeed.Counters, clients: Int, times: FeedTimes) {
        gauge("clients", "Clients in the monitoring namespace.", clients)
        counter("updates_sent_total", "Snapshots sent.", sent.updates)
        counter("resyncs_total", "Snapshots sent because a client's state had to be replaced.", sent.resyncs)
        counter("deltas_encoded_total", "Events encoded for an audience.", sent.deltas)
        counter("requests_busy_total", "Requests of clients that were answered busy.", sent.busy)
        counter("clients_in_excess_total", "Clients disconnected for asking on regardless.", sent.excess)
        counter("flushes_total", "Times that gathered changes were sent.", times.flushes)
        counter(
            "changes_conflated_total", "Batches of changes that waited for an earlier flush and went out together.",
            times.conflations)
        histogram(
            "follower_lag_seconds",
            "From an event of Redis until all replies to the reading that it asked for had come.", times.lag)
        histogram(
            "follower_reading_seconds", "From the commands of a reading until all replies had come.", times.reading)
        histogram("apply_seconds", "What it took to bring a batch of changes into the window.", times.applying)
        histogram(
            "emit_seconds",
            "From Redis' event of the oldest change of a flush until the kernel had it for all clients that keep up.",
            times.emitting)
        histogram(
            "flush_seconds", "From taking gathered changes until the kernel had them for all clients that keep up.",
            times.flushing)
        histogram("snapshot_seconds", "What it took to make a snapshot.", times.snapshots)
    }

    mutating func server(_ server: ServerStatistics) {
        gauge("connections", "Open TCP connections.", server.connections)
        gauge("sessions", "Open Engine.IO sessions, joined or not.", server.sessions)
        gauge(
            "sessions_by_transport", "The same by what they use now.", label: "transport",
            [
                ("polling", server.sessions - server.webSocketSessions), ("websocket", server.webSocketSessions),
            ])
        counter("sessions_opened_total", "Engine.IO sessions opened.", server.sessionsOpened)
        counter(
            "sessions_closed_total", "Engine.IO sessions that ended.", reasons: server.sessionsClosed,
            among: ServerStatistics.closeReasons)
        counter(
            "connections_refused_total", "Connections and sessions refused by a limit, or at the end.",
            server.connectionsRefused)
        counter(
            "connections_refused_by_reason_total", "The same by reason.", reasons: server.connectionsRefusedByReason,
            among: Array(server.connectionsRefusedByReason.keys))
        counter("accept_pauses_total", "Times when no descriptor was free for a connection.", server.acceptPauses)
        counter("handshakes_refused_total", "Handshakes refused.", server.handshakesRefused)
        counter(
            "client_violations_total", "What clients did against the protocol or the limits.", label: "kind",
            ServerStatistics.violationKinds.sorted().map { ($0, server.violations[$0] ?? 0) })
        counter("packets_sent_total", "Packets handed to sockets; a broadcast counts for each.", server.packetsSent)
        counter("packets_received_total", "Messages and control frames of clients.", server.packetsReceived)
        counter("bytes_sent_total", "Bytes sent to sessions.", server.bytesSent)
        counter("bytes_received_total", "Bytes of clients' messages, inflated.", server.bytesReceived)
        counter("events_dropped_total", "Events dropped for slow clients.", server.eventsDropped)
        counter("reading_pauses_total", "Times that a client was not read for a while.", server.readingPauses)
        let bytes = server.compression
        let directions = [("out", bytes.toDeflate, bytes.deflated), ("in", bytes.toInflate, bytes.inflated)]
        counter(
            "compression_input_bytes_total", "Bytes given to be compressed (out) or inflated (in).",
            label: "direction", directions.map { ($0.0, $0.1) })
        counter(
            "compression_output_bytes_total", "What came of them. A message that many get is compressed once.",
            label: "direction", directions.map { ($0.0, $0.2) })
    }

    private mutating func counter(_ name: String, _ help: String, reasons: [String: Int], among all: [String]) {
        counter(name, help, label: "reason", all.sorted().map { ($0, reasons[$0] ?? 0) })
    }
}
