import KeyspaceFollower
import SocketIOServer
import StreamAssembly

/// Gathers the counters of all parts as Prometheus text (exposition format 0.0.4). The number of labels is limited:
/// they contain no text from hosts.
actor DaemonMetrics {
    private struct Parts {
        let assembler: StreamAssembler
        let follower: KeyspaceFollower
        let feed: MonitoringFeed
        let server: SocketIOServer
        let door: TokenDoor?
    }

    private var parts: Parts?

    /// The names whose counters are shown.
    func observe(
        assembler: StreamAssembler, follower: KeyspaceFollower, feed: MonitoringFeed, server: SocketIOServer,
        door: TokenDoor?
    ) {
        parts = Parts(assembler: assembler, follower: follower, feed: feed, server: server, door: door)
    }

    func text() async -> String {
        guard let parts else { return "" }
        let assembler = await parts.assembler.statistics
        let follower = await parts.follower.statistics
        let sent = await parts.feed.counters
        let clients = await parts.feed.clientCount
        let server = await parts.server.statistics()

        var page = MetricsPage()
        page.gauge("window_samples", "Samples in the window.", assembler.samples)
        page.gauge("window_bytes", "Bytes that the window takes, most of them compressed.", assembler.bytes)
        page.gauge("window_keys", "Keys with samples in the window.", assembler.keys)
        let depth = await parts.assembler.depth(now: Double(WallClock.milliseconds()))
        page.gauge("window_age_seconds", "How far back the window is to reach.", Int(depth.ageMs / 1000))
        page.gauge(
            "window_held_seconds", "How far back it reaches: from then on more than half of the hosts are held whole.",
            Int(depth.ms / 1000))
        page.counter("window_frames_sealed_total", "Frames made of new samples.", assembler.frames.sealed)
        page.counter("window_frames_merged_total", "Frames made of small ones.", assembler.frames.merged)
        page.counter("window_frames_opened_total", "Frames opened to be read.", assembler.frames.opened)
        page.counter(
            "window_keys_rewritten_total", "Keys whose frames were made anew, since most of their samples had left.",
            assembler.frames.rewritten)
        page.counter(
            "window_frames_failed_total", "Frames that could not be made or read; their samples stay uncompressed.",
            assembler.frames.failed)
        page.counter("samples_received_total", "Members read from Redis.", assembler.received)
        page.counter("samples_emitted_total", "Samples that were new.", assembler.emitted)
        page.counter("samples_duplicate_total", "Samples that were there already.", assembler.duplicates)
        page.counter("samples_below_floor_total", "Samples too old for the window.", assembler.belowFloor)
        page.counter(
            "samples_rejected_total", "Members that were no samples.", label: "reason",
            SampleRejection.allCases.map { ($0.rawValue, assembler.rejected[$0] ?? 0) })
        page.counter(
            "details_ignored_total", "Names in the member details of samples that are of no detail.",
            assembler.detailsIgnored)
        page.counter("follower_events_total", "Keyspace events heard.", follower.events)
        page.counter("follower_commands_total", "Commands sent to Redis.", follower.commands)
        page.counter("follower_rounds_total", "Rounds of reading.", follower.rounds)
        page.counter(
            "follower_long_names_total", "Times that a key was met whose name is too long to be followed.",
            follower.longNames)
        page.gauge("follower_keys", "Keys followed.", follower.keys)
        page.gauge("clients", "Clients in the monitoring namespace.", clients)
        page.counter("updates_sent_total", "Snapshots sent.", sent.updates)
        page.counter("resyncs_total", "Snapshots sent because a client's state had to be replaced.", sent.resyncs)
        page.counter("deltas_encoded_total", "Events encoded for an audience.", sent.deltas)
        page.counter("requests_busy_total", "Requests of clients that were answered busy.", sent.busy)
        page.counter("clients_in_excess_total", "Clients disconnected for asking on regardless.", sent.excess)
        page.counter(
            "tokens_refused_total", "Handshakes and requests without the right token.", label: "door",
            TokenDoor.Door.allCases.map { ($0.rawValue, parts.door?.refused($0) ?? 0) })
        page.gauge("connections", "Open TCP connections.", server.connections)
        page.gauge("sessions", "Open Engine.IO sessions, joined or not.", server.sessions)
        page.counter("connections_refused_total", "Connections refused by a limit.", server.connectionsRefused)
        page.counter("accept_pauses_total", "Times when no descriptor was free for a connection.", server.acceptPauses)
        page.counter("handshakes_refused_total", "Handshakes refused.", server.handshakesRefused)
        page.counter(
            "client_violations_total", "What clients did against the protocol or the limits.", label: "kind",
            server.violations.sorted { $0.key < $1.key })
        page.counter("bytes_sent_total", "Bytes sent to sessions.", server.bytesSent)
        page.counter("events_dropped_total", "Events dropped for slow clients.", server.eventsDropped)
        return page.text
    }
}

/// Prometheus text, a metric at a time.
private struct MetricsPage {
    private(set) var text = ""

    mutating func gauge(_ name: String, _ help: String, _ value: some BinaryInteger) {
        head(name, help, "gauge")
        text += "streamassembler_\(name) \(value)\n"
    }

    mutating func counter(_ name: String, _ help: String, _ value: some BinaryInteger) {
        head(name, help, "counter")
        text += "streamassembler_\(name) \(value)\n"
    }

    mutating func counter(_ name: String, _ help: String, label: String, _ values: [(String, Int)]) {
        head(name, help, "counter")
        for (value, count) in values { text += "streamassembler_\(name){\(label)=\"\(value)\"} \(count)\n" }
    }

    private mutating func head(_ name: String, _ help: String, _ type: String) {
        text += "# HELP streamassembler_\(name) \(help)\n# TYPE streamassembler_\(name) \(type)\n"
    }
}
