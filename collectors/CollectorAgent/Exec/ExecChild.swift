import CHost
import Glibc

/// A running command: `/bin/sh -c` in a process group of its own, with two pipes and no other descriptors of ours.
struct ExecChild: ~Copyable {
    let processID: pid_t
    /// The read ends, which do not block; -1 once the command has closed its end.
    private(set) var output: Int32
    private(set) var errors: Int32

    /// The variables that a program usually needs. Others are not passed on, because any of them may be a secret or
    /// change what a program does (`LD_PRELOAD`, `BASH_ENV`).
    private static let passedOn: Set<String> = [
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TERM", "XDG_RUNTIME_DIR",
    ]

    /// nil if the host is out of descriptors, memory or processes.
    init?(command: String) {
        guard let output = Self.pipe() else { return nil }
        guard let errors = Self.pipe() else {
            close(output.read)
            close(output.write)
            return nil
        }
        let processID = Self.spawn(command, output: output.write, errors: errors.write)
        close(output.write)
        close(errors.write)
        guard let processID else {
            close(output.read)
            close(errors.read)
            return nil
        }
        self.processID = processID
        self.output = output.read
        self.errors = errors.read
    }

    /// Bytes that the command has written; nil if there are none now.
    mutating func readOutput(into buffer: UnsafeMutableRawBufferPointer) -> UnsafeRawBufferPointer? {
        Self.read(&output, into: buffer)
    }

    mutating func readErrors(into buffer: UnsafeMutableRawBufferPointer) -> UnsafeRawBufferPointer? {
        Self.read(&errors, into: buffer)
    }

    /// Whether the shell has ended. It stays a zombie until ``reap()``, so that nobody else can get the number of its
    /// group.
    func hasEnded() -> Bool {
        var information = siginfo_t()
        return waitid(P_PID, id_t(processID), &information, WEXITED | WNOHANG | WNOWAIT) != 0
            || information.si_signo != 0
    }

    func signal(_ number: Int32) {
        kill(-processID, number)
    }

    /// Ends the processes that the shell left in its group. Returns whether the status of the shell was 0.
    consuming func reap() -> Bool {
        signal(SIGKILL)
        var status: Int32 = -1
        while waitpid(processID, &status, 0) < 0, errno == EINTR {}
        if output >= 0 { close(output) }
        if errors >= 0 { close(errors) }
        return status == 0
    }

    private static func read(
        _ descriptor: inout Int32, into buffer: UnsafeMutableRawBufferPointer
    ) -> UnsafeRawBufferPointer? {
        guard descriptor >= 0 else { return nil }
        let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        if count > 0 { return UnsafeRawBufferPointer(rebasing: buffer[..<count]) }
        if count == 0 || (errno != EAGAIN && errno != EINTR) {
            close(descriptor)
            descriptor = -1
        }
        return nil
    }

    private static func pipe() -> (read: Int32, write: Int32)? {
        var (read, write): (Int32, Int32) = (-1, -1)
        guard chost_pipe(&read, &write) == 0 else { return nil }
        // The command's own end of the pipe blocks, as programs expect.
        guard fcntl(read, F_SETFL, O_NONBLOCK) == 0 else {
            close(read)
            close(write)
            return nil
        }
        return (read, write)
    }

    private static func spawn(_ command: String, output: Int32, errors: Int32) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        guard posix_spawn_file_actions_init(&actions) == 0, posix_spawnattr_init(&attributes) == 0 else { return nil }
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
        _ = chost_close_from(&actions, 3)
        var (all, none) = (sigset_t(), sigset_t())
        sigfillset(&all)
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("/bin/sh"), strdup("-c"), strdup(command), nil]
        defer { arguments.forEach { free($0) } }
        var environment = cleanEnvironment()
        var processID: pid_t = -1
        return posix_spawn(&processID, "/bin/sh", &actions, &attributes, &arguments, &environment) == 0
            ? processID : nil
    }

    /// Whether a variable, `NAME=value`, is passed on to commands.
    static func isPassedOn(_ variable: UnsafePointer<CChar>) -> Bool {
        let text = String(cString: variable)
        guard let equals = text.firstIndex(of: "=") else { return false }
        return passedOn.contains(String(text[..<equals])) || text.hasPrefix("LC_")
    }

    /// The strings of the environment itself, which nobody frees.
    private static func cleanEnvironment() -> [UnsafeMutablePointer<CChar>?] {
        var kept: [UnsafeMutablePointer<CChar>?] = []
        var next: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = environ
        while let variable = next.pointee {
            if isPassedOn(variable) { kept.append(variable) }
            next += 1
        }
        return kept + [nil]
    }
}
