import Glibc

/// Checks that `/proc` is there. Neither the runtime nor the collector works without it: in a chroot or a container
/// without `/proc`, the arguments are empty (they come from `/proc/self/cmdline`) and the thread pool traps.
package enum ProcMount {
    /// Ends the program with a message and status 72 (`EX_OSFILE`) if `/proc` is missing.
    ///
    /// Call it first, before anything runs on the thread pool.
    package static func demand(by program: String) {
        guard access("/proc/self/cmdline", R_OK) != 0 else { return }
        StandardStreams.error(
            "\(program): /proc cannot be read, and nothing works without it; mount it: mount -t proc proc /proc")
        exit(72)
    }
}
