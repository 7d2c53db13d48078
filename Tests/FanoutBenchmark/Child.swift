import Glibc

/// One of the other two processes: this program with another subcommand.
final class Child {
    let processID: pid_t
    let port: Int
    let output: Int32
    private let input: Int32

    init(_ arguments: [String]) throws(SystemFailure) {
        var (toChild, fromChild): ([Int32], [Int32]) = ([0, 0], [0, 0])
        guard pipe(&toChild) == 0, pipe(&fromChild) == 0 else { throw SystemFailure("pipe") }
        // A child that is started later must not keep these open.
        for end in toChild + fromChild { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, toChild[0], STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, fromChild[1], STDOUT_FILENO)
        var words = (["/proc/self/exe"] + arguments).map { strdup($0) } + [nil]
        var process = pid_t()
        let status = posix_spawn(&process, "/proc/self/exe", &actions, nil, &words, environ)
        for word in words { free(word) }
        posix_spawn_file_actions_destroy(&actions)
        close(toChild[0])
        close(fromChild[1])
        guard status == 0 else { throw SystemFailure(unexpected: "posix_spawn: \(status)") }
        (processID, input, output) = (process, toChild[1], fromChild[0])
        let greeting = Self.readLine(output).split(separator: " ")
        guard greeting.count == 2, let number = Int(greeting[1]) else {
            throw SystemFailure(unexpected: "\(arguments) did not start")
        }
        port = number
    }

    /// Ends the process: its standard input does.
    func end() {
        close(input)
        close(output)
        kill(processID, SIGTERM)
        waitpid(processID, nil, 0)
    }

    func send(_ order: Order) {
        let bytes = Array((order.line + "\n").utf8)
        _ = write(input, bytes, bytes.count)
    }

    /// The answer to an order; to be called when `output` is readable.
    func span() throws(SystemFailure) -> Span {
        let line = Self.readLine(output)
        guard let span = Span(line) else { throw SystemFailure(unexpected: "a writer ended: \(line)") }
        return span
    }

    /// Resident memory of the process, in KiB.
    var residentKiB: Double {
        guard let file = fopen("/proc/\(processID)/statm", "r") else { return .nan }
        defer { fclose(file) }
        var text = [CChar](repeating: 0, count: 200)
        guard fgets(&text, 200, file) != nil else { return .nan }
        let fields = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            .split(separator: " ")
        return fields.count > 1 ? (Double(fields[1]) ?? .nan) * Double(sysconf(Int32(_SC_PAGESIZE))) / 1024 : .nan
    }

    private static func readLine(_ file: Int32) -> String {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while read(file, &byte, 1) == 1, byte != UInt8(ascii: "\n") { line.append(byte) }
        return String(decoding: line, as: UTF8.self)
    }
}
