import SeededRandom
import Testing

@testable import StreamAssembly

/// Paths into figures: what they mean, what they find, and where they are wrong.
@Suite struct FigurePathTests {
    private static let figures = #"""
        {"id":"x","details":["procs"],"n":3,"big":-1.5e3,"yes":true,"no":false,"none":null,"text":"7","huge":1e999,
         "cpu":{"idle":56.9,"user":31.72,"a.b":1,"é":2,"0":9},"load":[3.28,2.39,2.95],"deep":[[1,2],[3,4]],
         "ifs":{"cols":["name","rxBps","up","w\"x"],"rows":[["lo",10,true,1],["eth0",200,true,2],["e]1",3000,false,null]],
                "others":{"count":2,"rxBps":7}},
         "list":[{"name":"a","v":1},{"name":"b","v":2},{"name":"b","v":4},{"v":8}],"empty":{"cols":["v"],"rows":[]},
         "procs":{"cols":["pid"],"rows":[[1],[2]]},"odd":{"cols":["v"]},"ragged":{"cols":["a","b"],"rows":[[1],[2,3],7]}}
        """#

    private func number(_ path: String, in text: String = figures) throws -> Double? {
        let key = StreamKey("sa:{a}:top", prefix: "sa")
        let sample = try Sample(.raw(text, t: 5), of: key, maxTime: 10, maxBytes: 1 << 20)
        return FigureReading(sample.figures).number(at: try FigurePath(path))
    }

    @Test(
        arguments: [
            // Members, places, and names in quotes.
            ("n", 3), ("big", -1500), ("yes", 1), ("no", 0), ("cpu.idle", 56.9), (#"cpu."a.b""#, 1), ("cpu.é", 2),
            (#""cpu"."idle""#, 56.9), ("cpu.0", 9), ("load.0", 3.28), ("load.2", 2.95), ("deep.1.0", 3),
            // Rows of tables, by a cell; the first that fits.
            ("ifs[name=eth0].rxBps", 200), ("ifs[name=lo].up", 1), (#"ifs[name="e]1"].rxBps"#, 3000),
            ("ifs[up=false].rxBps", 3000), ("ifs[up=true].rxBps", 10), ("ifs[rxBps=200].up", 1),
            (#"ifs[name=eth0]."w\"x""#, 2), ("ifs[up=true][name=eth0].rxBps", 200), ("ifs.others.count", 2),
            // Rows of lists.
            ("list[name=b].v", 2), ("deep[0=3].1", 4),
            // Folds, of all rows or of those that are left.
            ("ifs.sum(rxBps)", 3210), ("ifs.max(rxBps)", 3000), ("ifs.min(rxBps)", 10), ("ifs.sum(up)", 2),
            ("ifs[up=true].sum(rxBps)", 210), ("list.sum(v)", 15), ("list[name=b].sum(v)", 6), ("deep.sum(1)", 6),
            (#"ifs.sum("w\"x")"#, 3), ("ragged.sum(a)", 3), ("ragged.sum(b)", 3),
            // A member may be called as a fold is.
            ("ifs.rows.0.1", 10),
        ] as [(String, Double)])
    func `a path finds the number`(_ path: String, _ expected: Double) throws {
        #expect(try number(path) == expected)
    }

    @Test(arguments: [
        "absent", "cpu", "load", "text", "none", "huge", "n.a", "n.0", "cpu.absent", "load.3", "load.a", "load.-1",
        "load.00000000", "cpu.idle.x", "ifs", "ifs[name=eth1].rxBps", "ifs[absent=1].rxBps", "ifs[name=eth0]",
        "ifs[name=eth0].absent", "ifs[name=eth0].name", "ifs.sum(name)", "ifs.sum(absent)", "n.sum(a)", "text[a=b].c",
        "cpu[a=b].c", "empty.sum(v)", "odd.sum(v)", "load.sum(a)", "load.sum(0)", "cpu.e\u{301}", "list[name=b]",
        // Details are no figures.
        "procs.sum(pid)", "procs.rows.0.0",
    ])
    func `where there is no number there is none`(_ path: String) throws {
        #expect(try number(path) == nil)
    }

    @Test(
        arguments: [
            ("", 1, "a name"), (".a", 1, "a name"), ("cpu.", 5, "a name"), ("cpu..idle", 5, "a name"),
            ("cpu idle", 4, "'.' or '['"), ("a[", 3, "a name"), ("a[b", 4, "'='"), ("a[b]", 4, "'='"),
            ("a[b=", 5, "a text"), ("a[b=]", 5, "a text"), ("a[b=c", 6, "']'"), ("a[b=c]d", 7, "'.' or '['"),
            ("ifs.avg(x)", 5, "allowed: sum, min, max"), ("ifs.sum(", 9, "a name"), ("ifs.sum(x", 10, "')'"),
            ("ifs.sum(x).y", 11, "nothing may follow"), ("sum(x)", 4, "'.' or '['"), (#"a."sum"(x)"#, 8, "'.' or '['"),
            (#"a."b"#, 3, "does not end"), (#"a."\q""#, 3, "no JSON string"), (#"é."x"#, 3, "does not end"),
            ("cpu.i%dle", 6, "'.' or '['"), (#"a["b=c]"#, 3, "does not end"), ("a.\u{7}", 3, "a name"),
            (String(repeating: "a", count: 257), 257, "256 bytes"),
        ] as [(String, Int, String)])
    func `what is no path is told with the character at which it is not`(
        _ path: String, _ character: Int, _ part: String
    ) {
        let error = #expect(throws: FigurePath.Invalid.self) { try FigurePath(path) }
        #expect(error?.character == character)
        #expect(error?.description.contains(part) == true)
        #expect(error?.description.unicodeScalars.allSatisfy { (0x20...0x7e).contains($0.value) || $0 == "…" } == true)
    }

    @Test func `any text gives a path or an error, and any path a number or none`() throws {
        var random = SeededGenerator(seed: 7)
        let words = [
            "ifs", "name", "eth0", "cpu", "load", "sum", "0", "9", ".", ".", "[", "]", "=", "(", ")", #"""#, #"\"#, " ",
            "é",
            "\u{0}", "rows",
        ]
        var paths = 0
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0..<9, using: &random)).map { _ in words.randomElement(using: &random) ?? ""
            }
            .joined()
            do throws(FigurePath.Invalid) {
                let path = try FigurePath(text)
                paths += 1
                _ = try? number(path.text)
            } catch {
                #expect((1...text.count + 1).contains(error.character))
            }
        }
        #expect(paths > 100)
    }

    @Test func `every beginning of a path gives a path or an error that lies within it`() throws {
        for path in [#"ifs[name="e]1"].sum("w\"x")"#, "a.b[c=d][e=f].g.0", "é.é[é=é].max(é)"] {
            for end in path.indices {
                do throws(FigurePath.Invalid) {
                    _ = try FigurePath(String(path[..<end]))
                } catch {
                    #expect((1...path[..<end].count + 1).contains(error.character))
                }
            }
            _ = try FigurePath(path)
        }
    }
}
