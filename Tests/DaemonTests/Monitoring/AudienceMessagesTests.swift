import Testing

@testable import Daemon
@testable import StreamAssembly

@Suite struct AudienceMessagesTests {
    private func sample(_ host: String, _ number: Int) -> Sample {
        Sample(
            key: "sa:{\(host)}:top", host: host, probe: "top", id: "\(host):\(number)", t: Double(number),
            bytes: Array(#"{"id":"\#(host):\#(number)"}"#.utf8), memberHash: UInt64(number))
    }

    private func removed(_ host: String) -> Emission.RemovedKey {
        Emission.RemovedKey(key: "sa:{\(host)}:top", host: host, probe: "top")
    }

    private func batch(_ kinds: Emission.Kind...) -> [Emission] {
        kinds.enumerated().map { Emission(seq: UInt64($0.offset + 1), kind: $0.element) }
    }

    private func text(_ event: AudienceMessages.Event) -> String {
        let arguments = event.arguments.map { String(decoding: $0, as: UTF8.self) }
        return "[\"\(event.name)\",\(arguments.joined(separator: ","))]"
    }

    /// The events as text: name, first argument, and the `seq` of the second.
    private func told(_ batch: [Emission], hosts: [String] = []) -> [String]? {
        let selection = Selection(hosts: hosts.compactMap(Glob.init), probes: [])
        switch AudienceMessages(batch, for: selection, meta: { seq, _ in Array("\(seq)".utf8) }) {
        case .snapshot: return nil
        case .events(let events): return events.map(text)
        }
    }

    @Test func `neighbouring samples become one event with the last seq`() {
        let batch = batch(.samples([sample("a", 1)]), .samples([sample("b", 2), sample("a", 3)]))
        #expect(told(batch) == [#"["dUpdates",[{"id":"a:1"},{"id":"b:2"},{"id":"a:3"}],2]"#])
    }

    @Test func `samples beyond a quarter of a MiB come in several events, each with a seq of its own`() {
        func padded(_ host: String, _ number: Int) -> Sample {
            let pad = String(repeating: "x", count: 100 << 10)
            return Sample(
                key: "sa:{\(host)}:top", host: host, probe: "top", id: "\(host):\(number)", t: Double(number),
                bytes: Array(#"{"id":"\#(host):\#(number)","pad":"\#(pad)"}"#.utf8), memberHash: UInt64(number))
        }
        let batch = batch(
            .samples([padded("a", 1)]), .samples([padded("b", 2)]), .samples([padded("a", 3)]),
            .samples([padded("b", 4), padded("b", 5), padded("b", 6)]), .samples([sample("a", 7)]))
        func seqs(_ hosts: [String]) -> [Substring]? {
            told(batch, hosts: hosts)?.compactMap { $0.split(separator: ",").last }
        }
        #expect(seqs([]) == ["2]", "3]", "4]", "5]"])
        #expect(seqs(["a"]) == ["5]"])
        #expect(seqs(["b"]) == ["2]", "4]"])
    }

    @Test func `the last event that names a key has its mark, whatever follows of others`() {
        func marked(_ seq: UInt64, _ kind: Emission.Kind, _ keys: String...) -> Emission {
            var marks = KeyMarks()
            for key in keys { marks[key] = .settled(KeyMark(above: 0, newest: 9, count: 2, sum: 7)) }
            return Emission(seq: seq, kind: kind, marks: marks)
        }
        let (a, b) = ("sa:{a}:top", "sa:{b}:top")
        let batch = [
            marked(1, .samples([sample("a", 1), sample("b", 1)]), a, b),
            marked(2, .gone(keys: [removed("b")], samples: []), b),
            marked(3, .samples([sample("c", 1)]), "sa:{c}:top"),
        ]
        var told: [UInt64: KeyMarks] = [:]
        _ = AudienceMessages(batch, for: .all) { seq, marks in
            told[seq] = marks
            return []
        }
        #expect(told[1]?[a] == .settled(KeyMark(above: 0, newest: 9, count: 2, sum: 7)))
        #expect(told[1]?[b] == .unsettled)
        #expect(told[2]?[b] == .settled(KeyMark(above: 0, newest: 9, count: 2, sum: 7)))
        #expect(told[3].map { [$0[a], $0[b]] } == [nil, nil])
    }

    @Test func `an audience gets what it selected, and nothing where there is nothing`() {
        let batch = batch(.samples([sample("a", 1)]), .samples([sample("b", 2)]))
        #expect(told(batch, hosts: ["a"]) == [#"["dUpdates",[{"id":"a:1"}],1]"#])
        #expect(told(batch, hosts: ["c"]) == [])
    }

    @Test func `what is gone keeps its place between samples`() {
        let batch = batch(
            .samples([sample("a", 1)]), .gone(keys: [removed("a"), removed("b")], samples: []),
            .samples([sample("a", 2)]))
        #expect(
            told(batch, hosts: ["a"]) == [
                #"["dUpdates",[{"id":"a:1"}],1]"#, #"["gone",{"keys":["sa:{a}:top"],"ids":[],"samples":[]},2]"#,
                #"["dUpdates",[{"id":"a:2"}],3]"#,
            ])
    }

    @Test func `a gap in one of their keys calls for a snapshot, a gap elsewhere does not`() {
        let batch = batch(.samples([sample("a", 1)]), .resync(keys: [removed("b")]))
        #expect(told(batch, hosts: ["b"]) == nil)
        #expect(told(batch) == nil)
        #expect(told(batch, hosts: ["a"]) == [#"["dUpdates",[{"id":"a:1"}],1]"#])
    }
}
