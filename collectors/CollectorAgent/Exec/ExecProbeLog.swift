import Logging
import SampleContract

/// What a command that is a probe gives reason to log; never more than once a minute each.
extension Logger {
    /// `number`: of the line, among those that the command has printed since it was started, empty ones aside.
    func execBadLine(_ line: [UInt8], _ reason: String, number: UInt64, total: UInt64) {
        warning(
            "a probe's line is no sample",
            metadata: [
                "line": "\(Excerpt.of(line, mark: "…"))", "line-number": "\(number)",
                "reason": "\(Excerpt.of(reason.utf8, limit: 200, mark: "…"))", "total": "\(total)",
            ])
    }

    func execDropped(tooLong: UInt64, tooMany: UInt64) {
        warning(
            "a probe says more than is taken",
            metadata: ["too-long-lines": "\(tooLong)", "too-many-lines": "\(tooMany)"])
    }

    func execSaid(_ line: [UInt8]) {
        info("a probe's command says", metadata: ["stderr": "\(Excerpt.of(line, limit: 200, mark: "…"))"])
    }

    func execFailed(_ what: String) {
        warning("a probe's command failed", metadata: ["what": "\(what)"])
    }
}
