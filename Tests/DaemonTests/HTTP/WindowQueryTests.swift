import StreamAssembly
import Testing

@testable import Daemon

@Suite struct WindowQueryTests {
    @Test func `all may be missing or open`() throws {
        let query = try WindowQuery([("host", ""), ("since", ""), ("format", "")])
        #expect(query.selection == .all)
        #expect((query.since, query.limit, query.format) == (-.infinity, 1000, .json))
    }

    @Test func `each field is read`() throws {
        let query = try WindowQuery([
            ("host", "a*"), ("host", "b"), ("probe", "top"), ("since", "1763690000123.5"), ("limit", "5"),
            ("format", "csv"),
        ])
        #expect(query.selection.hosts.map(\.pattern) == ["a*", "b"])
        #expect((query.since, query.limit, query.format) == (1_763_690_000_123.5, 5, .csv))
    }

    @Test(arguments: [
        ("since", "yesterday"), ("since", "nan"), ("limit", "0"), ("limit", "1.5"), ("limit", "10000001"),
        ("since", "0x10"), ("since", "1e3"), ("since", "+5"), ("since", " 5"), ("since", "5 "), ("since", "٣"),
        ("since", "-1"), ("since", "infinity"), ("since", "9007199254740992"), ("since", "1."), ("since", ".5"),
        ("since", "1.5.5"), ("since", "1_000"), ("since", String(repeating: "9", count: 400)), ("limit", "0x10"),
        ("limit", "1e2"), ("limit", "+5"), ("limit", " 5"), ("limit", "٣"), ("limit", "-5"),
        ("limit", "99999999999999999999"), ("colour", ""),
        ("format", "xml"), ("colour", "red"),
    ])
    func `what makes no sense is named`(_ name: String, _ value: String) {
        let error = #expect(throws: WindowQuery.Invalid.self) { try WindowQuery([(name, value)]) }
        #expect(error?.description.hasPrefix("\(name): ") == true)
        #expect(error?.description.contains("allowed: ") == true)
    }

    @Test func `a field of which there is one is refused twice, a pattern too long as well`() {
        #expect(throws: WindowQuery.Invalid(description: "limit: given twice")) {
            try WindowQuery([("limit", "1"), ("limit", "2")])
        }
        #expect(throws: WindowQuery.Invalid(description: "since: given twice")) {
            try WindowQuery([("since", ""), ("since", "2")])
        }
        #expect(throws: WindowQuery.Invalid.self) { try WindowQuery([("host", String(repeating: "a", count: 257))]) }
    }

    @Test func `a table has every scalar field, and no cell is a formula`() {
        func sample(_ json: String, host: String = "h", t: Double = 1) -> Sample {
            Sample(key: "k", host: host, probe: "p", id: "1", t: t, bytes: Array(json.utf8), memberHash: 0)
        }
        let samples = [
            sample(#"{"id":"1","t":1,"z":-1.50,"list":[1],"on":true,"none":null}"#),
            // The score is the time, whatever the sample says.
            sample(#"{"id":"2","t":9,"note":"a,\"b\"\n","cmd":"=1+1"}"#, host: "-h", t: 2),
        ]
        var names = SampleTable.Columns()
        for sample in samples { names.add(sample) }
        let table = SampleTable(names)
        let text = String(decoding: table.head + samples.flatMap(table.row), as: UTF8.self)
        #expect(
            text == "id,host,probe,t,cmd,note,on,z\r\n1,h,p,1,,,true,-1.50\r\n2,'-h,p,2,'=1+1,\"a,\"\"b\"\"\n\",,\r\n")
    }

    @Test func `of names without end a table keeps the first thousand, of whatever length not one`() {
        var names = SampleTable.Columns()
        let long = String(repeating: "a", count: 129)
        for number in stride(from: 4_999, through: 0, by: -1) {
            let name = "n" + String(repeating: "0", count: 4 - "\(number)".count) + "\(number)"
            let json = #"{"\#(name)":1,"\#(long)":2}"#
            names.add(
                Sample(key: "k", host: "h", probe: "p", id: "1", t: 1, bytes: Array(json.utf8), memberHash: 0))
        }
        let columns = String(decoding: SampleTable(names).head.dropLast(2), as: UTF8.self).split(separator: ",")
        #expect(columns.count == 1_004 && columns.dropFirst(4).first == "n0000" && columns.last == "n0999")
    }
}
