import StreamAssembly
import Testing

@testable import Daemon

@Suite struct TailLineTests {
    private static let now = 1_763_690_000_123.0

    private func line(_ json: String, host: String = "web-1", probe: String, isColoured: Bool = false) -> String {
        let sample = Sample(
            key: "k", host: host, probe: probe, id: "1", t: Self.now, bytes: Array(json.utf8), memberHash: 0)
        return TailLine(localTime: LocalTime { _ in 3600 }, isColoured: isColoured).sample(sample, now: Self.now)
    }

    @Test func `top: the machine's load and its busiest process`() {
        let json = #"""
            {"cpu":{"idle":87.25},"load":[0.5,1,2],"mem":{"total":1000,"available":250},"procs":{"cols":["pid","comm",
            "cpuPct"],"rows":[[1,"init",0.1],[2,"postgres",93.04],[3,"\u001b[31mx",null]]}}
            """#
        #expect(
            line(json, probe: "top")
                == "02:53:20.123 web-1            top      cpu 12.8%  load 0.5  mem 75%  top postgres 93%")
    }

    @Test func `netstat: connections, traffic without the loopback's, retransmits`() {
        let json = #"""
            {"tcp":{"established":12},"proto":{},"ifs":{"cols":["name","rxBps","txBps"],"rows":[["lo",9,9],
            ["eth0",1500,2500000],["eth1",500,null]]}}
            """#
        #expect(
            line(json, probe: "netstat")
                == "02:53:20.123 web-1            netstat  conns 12  rx 2 kB/s  tx 2.5 MB/s  retrans 0/s")
    }

    @Test func `what a collector does not know is a dash`() {
        #expect(line("{}", probe: "top").hasSuffix("cpu -  load -  mem -  top -"))
        #expect(line(#"{"procs":{"cols":["comm"],"rows":[[]]}}"#, probe: "top").hasSuffix("top -"))
        #expect(line("[]", probe: "netstat").hasSuffix("conns -  rx -  tx -  retrans -/s"))
    }

    @Test func `another probe: its first numbers as they stand`() {
        let json = #"{"id":"x","t":1,"v":1,"name":"n","temp":-1.50,"deep":{"x":1},"fan":1e3,"a":1,"b":2,"c":3}"#
        #expect(line(json, probe: "sensors").hasSuffix("sensors  temp -1.50  fan 1e3  a 1  b 2"))
    }

    @Test func `no name drives the terminal`() {
        let hostile = "a\u{1b}]0;x\u{7}\u{202e}\u{9b}31m\n"
        let text = line(#"{"\u001b[2J":1}"#, host: hostile, probe: hostile)
        #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7f...0x9f).contains($0.value) })
        #expect(!text.contains("\u{202e}"))
        #expect(text.contains(#"\u{1b}]0;x\u{7}\u{202e}\u{9b}31m\u{a}"#))
    }

    @Test func `colours only where they are wanted`() {
        #expect(!line("{}", probe: "top").contains("\u{1b}"))
        #expect(line("{}", probe: "top", isColoured: true).hasPrefix("\u{1b}[2m02:53:20.123\u{1b}[0m \u{1b}[1mweb-1"))
    }

    @Test func `another day is told as days from today`() {
        let time = LocalTime { _ in 0 }
        #expect(time.text(Self.now - 86_400_000, now: Self.now) == "-1d 01:53:20.123")
        #expect(time.text(Self.now + 86_400_000, now: Self.now) == "+1d 01:53:20.123")
        #expect(time.text(.infinity, now: Self.now) == "--:--:--.---")
        #expect(time.text(-1, now: Self.now) == "--:--:--.---")
    }

    @Test func `JSON stays as it is but for what breaks lines, and for controls on a terminal`() {
        func line(_ text: String, isForTerminal: Bool) -> String {
            String(decoding: TerminalText.line(json: Array(text.utf8), isForTerminal: isForTerminal), as: UTF8.self)
        }
        #expect(line("{\r\n\"a\" : 1.50}", isForTerminal: false) == "{  \"a\" : 1.50}")
        #expect(line("\"é\u{9b}\u{7f}\"", isForTerminal: false) == "\"é\u{9b}\u{7f}\"")
        #expect(line("\"é\u{9b}\u{7f}\"", isForTerminal: true) == #""é\u009b\u007f""#)
    }
}
