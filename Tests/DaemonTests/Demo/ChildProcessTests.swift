import Glibc
import Logging
import NIOConcurrencyHelpers
import ServiceLifecycle
import Testing

@testable import Daemon

@Suite struct ChildProcessTests {
    private func shell(
        _ script: String, atEnd: ChildProcess.EndPolicy = .fail, onStart: @escaping @Sendable (Int32) -> Void = { _ in }
    ) -> ChildProcess {
        ChildProcess(
            name: "child", executable: "/bin/sh", arguments: ["-c", script], atEnd: atEnd,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, onStart: onStart)
    }

    @Test func `a child that ends by itself fails the service with its status and last words`() async throws {
        let error = try await #require(throws: ChildProcess.Ended.self) {
            try await shell("echo one; echo two >&2; exit 3").run()
        }
        #expect(error.description == "child ended (exited(3)): one | two")
    }

    @Test func `a child may be started again`() async throws {
        let (pids, started) = AsyncStream.makeStream(of: Int32.self)
        let child = shell("exit 0", atEnd: .startAgain(after: .milliseconds(1))) { started.yield($0) }
        let task = Task { try await child.run() }
        var seen: Set<Int32> = []
        for await pid in pids {
            seen.insert(pid)
            if seen.count == 3 { break }
        }
        task.cancel()
        try await task.value
        #expect(seen.count == 3)
    }

    @Test func `cancelling ends the child`() async throws {
        let (pids, started) = AsyncStream.makeStream(of: Int32.self)
        let child = shell("exec tail -f /dev/null") { started.yield($0) }
        let task = Task { try await child.run() }
        var iterator = pids.makeAsyncIterator()
        let pid = try #require(await iterator.next())
        #expect(kill(pid, 0) == 0)
        task.cancel()
        try await task.value
        #expect(kill(pid, 0) == -1 && errno == ESRCH)
    }

    @Test func `a temporary folder is ours alone and goes with its files`() throws {
        let folder = try TemporaryFolder(prefix: "streamassembler-test", temporary: nil)
        var status = stat()
        #expect(stat(folder.path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o700)
        let file = open("\(folder.path)/file", O_CREAT | O_WRONLY, 0o600)
        close(file)
        folder.remove()
        #expect(access(folder.path, F_OK) == -1)
        #expect(throws: TemporaryFolder.NotMade.self) {
            try TemporaryFolder(prefix: "x", temporary: "/nowhere/at/all")
        }
    }
}
