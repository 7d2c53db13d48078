import Testing

@testable import Daemon

@Suite struct ProcessFiguresTests {
    /// Fields 3 to 24 of proc(5): the state, and numbers.
    private static let rest = "S 1 1 1 0 -1 4194304 1 2 3 4 150 50 7 8 20 0 4 0 98765 1000000 250 18446744073709551615"

    @Test(arguments: ["streamassembler", "a b", "a) S 9 9", "(((", ""])
    func `the fields stand behind the name, whatever that is`(name: String) {
        let stat = ProcessFigures.fields(ofStat: "42 (\(name)) \(Self.rest)\n")
        #expect(
            stat
                == ProcessFigures.Stat(
                    userTicks: 150, systemTicks: 50, startTicks: 98765, virtualBytes: 1_000_000, residentPages: 250))
    }

    @Test(arguments: ["", "42", "42 (x)", "42 (x) S 1 2 3", "42 (x) S 1 1 1 0 -1 4 1 2 3 4 no 50 7 8 20 0 4 0 1 2 3"])
    func `what is cut or no number gives no figure`(text: String) {
        #expect(ProcessFigures.fields(ofStat: text) == nil)
    }

    @Test func `where there is no proc, there is no claim`() {
        let figures = ProcessFigures.read(root: "/nowhere")
        #expect(figures.cpuSeconds == nil && figures.residentBytes == nil && figures.startSeconds == nil)
        #expect(figures.openDescriptors == nil)
        var page = MetricsPage()
        page.process(figures)
        #expect(!page.text.contains("process_open_fds") && page.text.contains("process_max_fds"))
    }

    @Test func `the machine's start is found among other lines`() {
        #expect(ProcessFigures.bootSeconds("cpu 1 2\nintr 9\nbtime 1700000000\nprocesses 4\n") == 1_700_000_000)
        #expect(ProcessFigures.bootSeconds("cpu 1 2\n") == nil)
    }
}
