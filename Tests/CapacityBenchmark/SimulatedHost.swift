import SeededRandom

/// Samples as the collector makes them on a busy host: 20 KB a second of two probes. Values drift, processes come and go,
/// connections open and close; most of a sample is as in the one before it.
struct SimulatedHost {
    private struct Process {
        let pid: Int
        let start: Int
        let name: String
        let arguments: String
        var share: Double
        var residentKiB: Int
        var timeMs: Int
    }

    private struct Connection {
        let local: Int
        let remote: Int
        let pid: Int
        let inode: Int
        var rtt: Int
        var received: Int
        var sent: Int
    }

    private static let names = [
        "nginx", "postgres", "redis-server", "java", "python3", "node", "sshd", "systemd-journal", "dockerd", "cron",
    ]
    private static let folders = ["usr", "opt", "srv", "local", "share", "bin", "lib", "app", "data", "service"]
    private static let columns =
        #""cols":["pid","start","ppid","user","state","cpuPct","rssKiB","virtKiB","shrKiB","threads","prio","nice","timeMs","#
        + #""rdBps","wrBps","majfltPerS","unit","comm","cmd"]"#
    private static let connectionColumns =
        #""cols":["proto","state","laddr","lport","raddr","rport","recvQ","sendQ","rttUs","retrans","rxBps","txBps","uid","#
        + #""pid","comm","inode"]"#

    let name: String
    private var random: SeededGenerator
    private var processes: [Process] = []
    private var connections: [Connection] = []
    private var number = 0
    private var load = 1.5
    private var free = 8_000_000

    init(_ name: String, seed: UInt64) {
        self.name = name
        random = SeededGenerator(seed: seed)
        for _ in 0..<62 { processes.append(newProcess()) }
        for _ in 0..<92 { connections.append(newConnection()) }
    }

    private mutating func newProcess() -> Process {
        let pid = Int.random(in: 300...65_000, using: &random)
        let name = Self.names.randomElement(using: &random) ?? "sh"
        let path = (0..<3).map { _ in Self.folders.randomElement(using: &random) ?? "x" }.joined(separator: "/")
        return Process(
            pid: pid, start: .random(in: 1_000...40_000_000, using: &random), name: name,
            arguments: String("/\(path)/\(name) --worker \(pid)".prefix(32)), share: 0,
            residentKiB: .random(in: 1_000...300_000, using: &random), timeMs: .random(in: 0...90_000, using: &random))
    }

    private mutating func newConnection() -> Connection {
        Connection(
            local: [443, 5432, 6379, 8080].randomElement(using: &random) ?? 80,
            remote: .random(in: 32_768...60_999, using: &random), pid: .random(in: 300...65_000, using: &random),
            inode: .random(in: 100_000...9_999_999, using: &random), rtt: .random(in: 20...40_000, using: &random),
            received: 0, sent: 0)
    }

    /// What a host of the fleet has at that second: the member of each probe.
    mutating func samples(at t: Int) -> [(probe: String, member: [UInt8])] {
        number += 1
        drift()
        return [("top", top(t)), ("netstat", netstat(t))]
    }

    private mutating func drift() {
        load = max(0, load + .random(in: -0.2...0.2, using: &random))
        free += .random(in: -20_000...20_000, using: &random)
        if Int.random(in: 0..<3, using: &random) == 0 {
            processes[Int.random(in: 40..<62, using: &random)] = newProcess()
        }
        for index in 0..<14 {
            processes[index].share = Double(Int.random(in: 0...300, using: &random)) / 10
            processes[index].timeMs += Int(processes[index].share * 10)
            processes[index].residentKiB += 4 * Int.random(in: -50...50, using: &random)
        }
        for _ in 0..<2 { connections[Int.random(in: 0..<92, using: &random)] = newConnection() }
        for index in 0..<10 {
            connections[index].received = .random(in: 0...50_000, using: &random)
            connections[index].sent = .random(in: 0...50_000, using: &random)
            connections[index].rtt += .random(in: -10...10, using: &random)
        }
    }

    private mutating func head(_ probe: String, _ t: Int) -> String {
        #"{"id":"\#(name):\#(probe):18f3a2b4c5d:\#(number)","host":"\#(name)","probe":"\#(probe)","t":\#(t),"v":1,"#
            + #""boot":"18395516","seq":\#(number),"intervalMs":1000,"dtMs":\#(tenths(9_980...10_020)),"#
            + #""details":[\#(probe == "top" ? #""procs""# : #""conns","proto""#)],"#
    }

    private mutating func top(_ t: Int) -> [UInt8] {
        var text = head("top", t)
        text +=
            #""cpu":{"user":\#(tenths(200...600)),"nice":0,"system":\#(tenths(20...90)),"idle":\#(tenths(300...700)),"#
        text += #""iowait":0,"irq":0,"softirq":\#(tenths(0...9)),"steal":0,"guest":0},"cpus":["#
        text += (0..<4).map { _ in "[\(tenths(200...600)),0,\(tenths(20...90)),0,0,0,0,0,0]" }.joined(separator: ",")
        text +=
            #"],"load":[\#(Int(load * 100)).0,1.91,1.52],"tasks":{"total":231,"running":3,"sleeping":228,"threads":"#
        text += #"\#(Int.random(in: 690...702, using: &random))},"uptimeS":\#(t / 1000 % 10_000_000),"ctxtPerS":"#
        text += #"\#(tenths(50_000...90_000)),"intrPerS":\#(tenths(10_000...30_000)),"forksPerS":\#(tenths(0...90)),"#
        text += #""mem":{"total":24683652,"free":\#(free),"available":\#(free + 14_000_000),"buffers":307160,"#
        text +=
            #""cached":14902436,"sreclaimable":1364672,"shmem":48136,"dirty":\#(Int.random(in: 0...900, using: &random)),"#
        text += #""slab":1517536,"swapTotal":0,"swapFree":0},"procs":{\#(Self.columns),"rows":["#
        text += processes.sorted { ($0.share, $0.residentKiB) > ($1.share, $1.residentKiB) }.map { process in
            "[\(process.pid),\(process.start),1,\"www-data\",\"S\",\(process.share),\(process.residentKiB),449880,149220,4,20,"
                + "0,\(process.timeMs),0,0,0,null,\"\(process.name)\",\"\(process.arguments)\"]"
        }.joined(separator: ",")
        return Array((text + "]}}").utf8)
    }

    private mutating func netstat(_ t: Int) -> [UInt8] {
        var text = head("netstat", t)
        text += #""tcp":{"established":92,"timeWait":\#(Int.random(in: 100...130, using: &random)),"listen":9},"#
        text +=
            #""ifs":{"cols":["name","rxBps","txBps"],"rows":[["lo",\#(bytes),\#(bytes)],["eth0",\#(bytes),\#(bytes)]]},"#
        text += #""protoErrors":{"TcpRetransSegs":\#(tenths(0...9)),"TcpExtListenDrops":0,"UdpInErrors":0},"#
        text += #""proto":{"IpInReceives":\#(tenths(100...90_000)),"TcpInSegs":\#(tenths(100...90_000)),"#
        text += #""TcpOutSegs":\#(tenths(100...90_000)),"IpExtInOctets":\#(bytes)},"connsTotal":92,"#
        text += #""conns":{\#(Self.connectionColumns),"rows":["#
        text += connections.sorted { $0.received + $0.sent > $1.received + $1.sent }.map { connection in
            "[\"tcp\",\"established\",\"10.0.0.17\",\(connection.local),\"10.0.3.\(connection.remote % 250)\","
                + "\(connection.remote),0,0,\(connection.rtt),0,\(connection.received),\(connection.sent),33,"
                + "\(connection.pid),\"postgres\",\(connection.inode)]"
        }.joined(separator: ",")
        return Array((text + "]}}").utf8)
    }

    private var bytes: Int {
        mutating get { Int.random(in: 0...900_000, using: &random) }
    }

    private mutating func tenths(_ range: ClosedRange<Int>) -> Double {
        Double(Int.random(in: range, using: &random)) / 10
    }
}
