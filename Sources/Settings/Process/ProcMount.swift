import Glibc

/// Whether `/proc` is there, without which neither the runtime nor the collector can work: in a chroot or a container
/// that has none, the arguments are empty (they come from `/proc/self/cmdline`) and the thread pool traps.
package enum ProcMount {
    /// Ends the program with status 72 (`EX_OSFILE`) and a sentence where `/proc` is missing.
    ///
    /// To be called first of all, before anything runs on the thread pool.
    package static func demand(by program: String) {
        guard access("/proc/self/cmdline", R_OK) != 0 else { return }
        StandardStreams.error(
            "\(program): /proc cannot be read, and nothing works without it; mount it: mount -t proc proc /proc")
        exit(72)
    }
}
