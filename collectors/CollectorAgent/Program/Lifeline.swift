import Glibc

/// Ends the program when standard input ends: whoever started it holds the other end, and may be killed hard.
enum Lifeline {
    /// Asks for a shutdown as SIGTERM does, once standard input has reached its end.
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
    /// More than any host needs: four for each of 4096 processes (``ProcessTable``), and as many for all else.
    private static let wanted: rlim_t = 32_768

    /// Takes what the administrator allows: the usual limit of 1024 is for programs that use select(2).
    static func raise() {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < min(wanted, limit.rlim_max) else { return }
        limit.rlim_cur = min(wanted, limit.rlim_max)
        setrlimit(resource, &limit)
    }
}
