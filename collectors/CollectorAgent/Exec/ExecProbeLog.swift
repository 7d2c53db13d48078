import Logging
import SampleContract

/// The log lines about a command that is a probe, each at most once a minute.
extension Logger {
    /// `number`: counts the lines that the command has printed since it was started, without empty ones.
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
