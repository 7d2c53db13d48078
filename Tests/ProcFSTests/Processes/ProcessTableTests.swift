import Glibc
import ProcFS
import TestSupport
import Testing

/// What the table leaves unread, and that nothing is missed by it.
@Suite struct ProcessTableTests {
    private static let statTail = "-1 4194304 0 0 0 0 %T 0 0 0 20 0 %N 0 500 1000000 200 18446744073709551615 1 1 0\n"

    private func stat(ticks: Int, threads: Int = 1) -> String {
        "7 (one) S 1 7 7 0 "
            + Self.statTail.replacing("%T", with: "\(ticks)").replacing("%N", with: "\(threads)")
    }

    private func tree(schedule: String = "100 5 3\n", threads: Int = 1) throws -> KernelTree {
        let tree = try KernelTree("bare")
        for pid in ["77", "78"] { tree.remove("proc/\(pid)") }
        try tree.write("proc/self/schedstat", "1 1 1\n")
        try tree.write("proc/7/stat", stat(ticks: 10, threads: threads))
        try tree.write("proc/7/schedstat", schedule)
        return tree
    }

    /// The ticks that a table sees over sweeps, in which the process's file says another number each time.
    private func ticks(
        _ tree: KernelTree, sweeps: Int, threads: Int = 1, second: UInt64 = 1_000_000_000, run: (Int) -> String?
    ) throws -> [UInt64?] {
        let table = try ProcessTable(root: tree.root, buffer: ReadBuffer())
        return try (1...sweeps).map { sweep in
            try tree.write("proc/7/stat", stat(ticks: sweep, threads: threads))
            if let schedule = run(sweep) { try tree.write("proc/7/schedstat", schedule) }
            return table.sweep(nowNs: UInt64(sweep) * second).first?.ticks
        }
    }

    @Test func `a process of one thread that did not run is as it was, for less than ten seconds`() throws {
        // The second reading lasts for this process's share of the time, so that not all are due at once.
        let seen = try ticks(tree(), sweeps: 24) { _ in nil }
        #expect(
            seen == [1] + Array(repeating: 2, count: 8) + Array(repeating: 10, count: 10)
                + Array(repeating: 20, count: 5))
        // By time, not by sweeps: at long intervals nothing is old.
        #expect(try ticks(tree(), sweeps: 4, second: 10_000_000_000) { _ in nil } == [1, 2, 3, 4])
    }

    @Test func `one that ran is read`() throws {
        let seen = try ticks(tree(), sweeps: 6) { $0 >= 4 ? "\($0) 5 3\n" : nil }
        #expect(seen == [1, 2, 2, 4, 5, 6])
    }

    @Test func `with several threads, or where the kernel does not count, all is read`() throws {
        #expect(try ticks(tree(threads: 2), sweeps: 4, threads: 2) { _ in nil } == [1, 2, 3, 4])
        #expect(try ticks(tree(schedule: "0 0 0\n"), sweeps: 4) { _ in nil } == [1, 2, 3, 4])
        let without = try tree()
        without.remove("proc/self")
        #expect(try ticks(without, sweeps: 4) { _ in nil } == [1, 2, 3, 4])
    }

    @Test func `memory and traffic are kept as long as the process is`() throws {
        let tree = try tree()
        let table = try ProcessTable(root: tree.root, buffer: ReadBuffer())
        var seen: [UInt64] = []
        for sweep in 1...4 {
            try tree.write("proc/7/statm", "900 \(sweep) 1 0 0 0 0\n")
            if sweep == 4 { try tree.write("proc/7/schedstat", "101 5 4\n") }
            _ = table.sweep()
            seen.append(try table.memory(of: 7).residentPages)
        }
        #expect(seen == [1, 2, 2, 4])
    }

    @Test
    func `processes that begin and end between two sweeps of this kernel are noticed at the next, threads are none`()
        throws
    {
        let buffer = ReadBuffer()
        let table = try ProcessTable(root: "", buffer: buffer)
        let stat = KeptFile<SystemStat>(root: "", buffer: buffer)
        _ = table.sweep()
        for round in 0..<23 {
            let child = try Child()
            let thread = try IdleThread()
            let before = try listed()
            let during = try table.sweep(forks: stat.read().forks).map(\.pid)
            #expect(during.contains(child.pid), "round \(round)")
            #expect(try before.union(listed()).isSuperset(of: during), "round \(round)")
            #expect(during == during.sorted() && Set(during).count == during.count)
            thread.end()
            child.end()
            #expect(try !table.sweep(forks: stat.read().forks).map(\.pid).contains(child.pid), "round \(round)")
        }
    }
}

private func listed() throws -> Set<Int32> {
    let directory = try #require(opendir("/proc"))
    defer { closedir(directory) }
    var numbers: Set<Int32> = []
    while let entry = readdir(directory) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        if let number = Int32(name) { numbers.insert(number) }
    }
    return numbers
}

/// `cat` on a pipe that nobody writes to.
private struct Child {
    let pid: pid_t
    private let input: CInt

    init() throws {
        let ends = try pipe()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, ends.input, STDIN_FILENO)
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("cat"), nil]
        var pid: pid_t = 0
        let status = posix_spawnp(&pid, "cat", &actions, nil, &arguments, nil)
        free(arguments[0])
        posix_spawn_file_actions_destroy(&actions)
        close(ends.input)
        try #require(status == 0)
        self.pid = pid
        input = ends.output
    }

    /// Gone without a trace when this returns.
    func end() {
        close(input)
        kill(pid, SIGKILL)
        var status: CInt = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    }
}

/// A thread of this process that waits to be ended; its number is a folder that no list of processes shows.
private final class IdleThread {
    private var thread = pthread_t()
    private let output: CInt

    init() throws {
        let (input, output) = try pipe()
        self.output = output
        let status = pthread_create(
            &thread, nil,
            { raw in
                let input = CInt(Int(bitPattern: raw))
                var byte: UInt8 = 0
                read(input, &byte, 1)
                close(input)
                return nil
            }, UnsafeMutableRawPointer(bitPattern: Int(input)))
        try #require(status == 0)
    }

    func end() {
        close(output)
        pthread_join(thread, nil)
    }
}

private func pipe() throws -> (input: CInt, output: CInt) {
    var ends: [CInt] = [0, 0]
    try #require(Glibc.pipe(&ends) == 0)
    for end in ends { try #require(fcntl(end, F_SETFD, FD_CLOEXEC) == 0) }
    return (ends[0], ends[1])
}
