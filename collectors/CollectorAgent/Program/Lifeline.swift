import Glibc

/// Ends the program when standard input ends. The parent holds the other end, so this works even if the parent is
/// killed by SIGKILL.
enum Lifeline {
    /// Asks for a shutdown, like SIGTERM, once standard input has ended.
    static func watchStandardInput() {
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { _ in
                var byte: UInt8 = 0
                while true {
                    let count = read(STDIN_FILENO, &byte, 1)
                    if count == 0 || (count < 0 && errno != EINTR) { break }
                }
                kill(getpid(), SIGTERM)
                return nil
            }, nil)
        if status == 0 { pthread_detach(thread) }
    }
}

/// How many files this process may have open.
enum DescriptorLimit {
    /// More than any host needs: four for each of 4096 processes (``ProcessTable``), and the same number for everything
    /// else.
    private static let wanted: rlim_t = 32_768

    /// Raises the limit to what the administrator allows. The usual 1024 is for programs that use select(2).
    static func raise() {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < min(wanted, limit.rlim_max) else { return }
        limit.rlim_cur = min(wanted, limit.rlim_max)
        setrlimit(resource, &limit)
    }
}
