import ProcFS
import RedisClient

/// Why a collector could not do its work, with the exit status of `sysexits(3)` that says so.
package struct CollectorFailure: Error, CustomStringConvertible {
    package let description: String
    package let exitStatus: Int32

    /// 69 where Redis cannot be reached, 66 where `/proc` cannot be read, 70 for anything else.
    init(_ error: any Error) {
        description = "\(error)"
        exitStatus = error is RedisError ? 69 : error is ProcFSError ? 66 : 70
    }
}
