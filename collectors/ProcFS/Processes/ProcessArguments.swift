/// `/proc/[pid]/cmdline`: the arguments as the process shows them; empty for kernel threads (proc_pid_cmdline(5)).
package struct ProcessArguments: KernelFile, Sendable, Equatable {
    package static let path = "proc/[pid]/cmdline"

    /// Any bytes but NUL; a process may rewrite them at will.
    package var arguments: [[UInt8]]

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        var rest = bytes[...]
        while rest.last == 0 { rest = rest.dropLast() }
        arguments = rest.isEmpty ? [] : rest.split(separator: 0, omittingEmptySubsequences: false).map { [UInt8]($0) }
    }
}
