import Glibc

/// How many descriptors this process may have, and how many of them clients may take.
struct OpenFileLimit: Equatable {
    /// The limit as it is now.
    let descriptors: Int

    /// Raises the soft limit to the hard limit. If the system does not allow that, the limit stays as it is.
    static func raised() -> OpenFileLimit {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return OpenFileLimit(descriptors: 1024)
        }
        var raised = limit
        raised.rlim_cur = limit.rlim_max
        if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit = raised }
        return OpenFileLimit(descriptors: Int(clamping: limit.rlim_cur))
    }

    /// The number kept for Redis, files, the log and the system's resolver: an eighth, from 32 to 256.
    var reserve: Int { min(256, max(32, descriptors / 8)) }

    /// With fewer than this the daemon does not start. It has some fifteen open itself.
    static let least = 64

    /// How many clients without a place may stay until they have read the refusal.
    var refused: Int { min(64, max(1, descriptors / 16)) }

    /// How many of `wanted` clients have a place.
    func places(of wanted: Int) -> Int { min(wanted, max(1, descriptors - reserve - refused)) }
}
