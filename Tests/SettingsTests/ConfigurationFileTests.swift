import Dispatch
import Glibc
import Testing

@testable import Settings

@Suite struct ConfigurationFileTests {
    private func entries(_ text: String) throws -> [ConfigurationFile.Entry] {
        try ConfigurationFile(text: text, path: "file.yml").entries
    }

    private func fault(_ text: String) -> SettingError? {
        #expect(throws: SettingError.self) { try entries(text) }
    }

    @Test func `scalars are text as they are written, whatever YAML takes them for`() throws {
        let text =
            "a: 010\nb: no\nc: ~\nd:\ne: 'x: y'\nf: |\n  two\n  lines\ng: 1_000 # a comment\n\"h\": \"\\u00e9\\n\"\n"
        let values = try entries(text).map { [$0.key] + $0.values }
        #expect(
            values == [
                ["a", "010"], ["b", "no"], ["c", "~"], ["d", ""], ["e", "x: y"], ["f", "two\nlines\n"], ["g", "1_000"],
                ["h", "é\n"],
            ])
    }

    @Test func `lists are written in both ways, and every entry knows its line`() throws {
        let found = try entries("# first\na:\n  - 1\n  - two\n\nb: [x, 'y']\nc: []\n")
        #expect(
            found == [
                .init(key: "a", values: ["1", "two"], line: 2), .init(key: "b", values: ["x", "y"], line: 6),
                .init(key: "c", values: [], line: 7),
            ])
    }

    @Test func `an alias stands for what was given before it`() throws {
        let found = try entries("a: &one top\nb: &all [*one, netstat]\nc: *all\nd: *one\n")
        #expect(found.map(\.values) == [["top"], ["top", "netstat"], ["top", "netstat"], ["top"]])
    }

    @Test(arguments: ["", "# nothing\n", "---\n", "\u{feff}", "{}", "--- {}\n...\n"])
    func `a text without entries sets nothing`(text: String) throws {
        #expect(try entries(text) == [])
    }

    @Test(arguments: [
        ("a: 1\nb: 2\na: 3\n", 3, "the key 'a' is given twice"),
        ("a: 1\nb:\n  c: 2\n", 2, "'b' holds neither a value nor a list of values"),
        ("a: 1\n- b\n", 2, "did not find expected key"),
        ("a: 1\n\tb: 2\n", 2, "found a tab character that violates indentation"),
        ("a: 1\nb: \u{7}\n", 2, "control characters are not allowed"),
        ("a: 1\nb: *c\n", 2, "the alias '*c' stands for nothing before it"),
        ("a: 1\n---\nb: 2\n", 2, "a second document begins"),
        ("\n\nword\n", 3, "the top level is no mapping"),
    ])
    func `what cannot be read is named with its line`(text: String, line: Int, reason: String) {
        #expect(fault(text) == .malformedFile(setting: "config", path: "file.yml", line: line, reason: reason))
    }

    @Test func `a text nested a hundred thousand deep is refused as any other`() {
        #expect(fault("a: " + String(repeating: "[", count: 100_000)) != nil)
        #expect(fault(String(repeating: "- ", count: 100_000)) != nil)
        #expect(fault(String(repeating: "{a: ", count: 100_000)) != nil)
    }

    @Test func `files larger than a mebibyte, folders and bytes that are no text are refused`() {
        #expect(throws: TextFile.Unreadable(description: "larger than 1 MiB")) { try TextFile.read("/dev/zero") }
        #expect(throws: TextFile.Unreadable(description: "a folder")) { try TextFile.read("/tmp") }
        #expect(throws: TextFile.Unreadable(description: "not UTF-8")) { try TextFile.read("/proc/self/auxv") }
    }

    @Test func `a pipe is read to its end, whenever its writer comes`() throws {
        var ends: [CInt] = [0, 0]
        #expect(pipe(&ends) == 0)
        #expect(write(ends[1], "here", 4) == 4)
        close(ends[1])
        #expect(try TextFile.read("/dev/fd/\(ends[0])") == "here")
        close(ends[0])

        let path = "/tmp/text-file-\(UInt64.random(in: 0 ... .max))"
        #expect(mkfifo(path, 0o600) == 0)
        defer { unlink(path) }
        DispatchQueue.global().async {
            let end = open(path, O_WRONLY | O_CLOEXEC)
            _ = write(end, "late", 4)
            close(end)
        }
        #expect(try TextFile.read(path, patience: .seconds(50)) == "late")
    }

    @Test func `nobody waits for a pipe that has no writer, or one that never ends`() {
        let path = "/tmp/text-file-\(UInt64.random(in: 0 ... .max))"
        #expect(mkfifo(path, 0o600) == 0)
        defer { unlink(path) }
        let late = TextFile.Unreadable(description: "a pipe that nobody has written to its end within 0.05 seconds")
        #expect(throws: late) { try TextFile.read(path, patience: .milliseconds(50)) }
        let end = open(path, O_RDWR | O_CLOEXEC)
        defer { close(end) }
        #expect(write(end, "half", 4) == 4)
        #expect(throws: late) { try TextFile.read(path, patience: .milliseconds(50)) }
    }

    @Test func `the environment is the one this process was started with`() throws {
        let started = try TextFile.read("/proc/self/environ").split(separator: "\0").filter { $0.contains("=") }
        // A build that counts coverage adds a variable of its own when it starts.
        let current = ProcessEnvironment.current.keys.filter { !$0.hasPrefix("__LLVM_PROFILE") }
        let names = Set(started.map { String($0.prefix { $0 != "=" }) }).filter { !$0.hasPrefix("__LLVM_PROFILE") }
        #expect(Set(current) == names)
        #expect(ProcessEnvironment.current["PATH"].map { started.contains("PATH=\($0)") } == true)
    }
}
