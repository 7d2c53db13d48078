import Logging

/// What a command that is a probe gives reason to log; never more than once a minute each.
extension Logger {
    /// `number`: of the line, among those that the command has printed since it was started, empty ones aside.
    func execBadLine(_ line: [UInt8], _ reason: String, number: UInt64, total: UInt64) {
        warning(
            "a probe's line is no sample",
            metadata: [
                "line": "\(Self.escaped(line, limit: 80))", "line-number": "\(number)",
                "reason": "\(Self.escaped(Array(reason.utf8), limit: 200))", "total": "\(total)",
            ])
    }

    func execDropped(tooLong: UInt64, tooMany: UInt64) {
        warning(
            "a probe says more than is taken",
            metadata: ["too-long-lines": "\(tooLong)", "too-many-lines": "\(tooMany)"])
    }

    func execSaid(_ line: [UInt8]) {
        info("a probe's command says", metadata: ["stderr": "\(Self.escaped(line, limit: 200))"])
    }

    func execFailed(_ what: String) {
        warning("a probe's command failed", metadata: ["what": "\(what)"])
    }

    /// The first bytes, printable ASCII as it is and everything else as `\xHH`.
    static func escaped(_ line: [UInt8], limit: Int) -> String {
        var text = ""
        for byte in line.prefix(limit) {
            if byte >= 0x20, byte < 0x7f, byte != UInt8(ascii: "\\") {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        return text + (line.count > limit ? "…" : "")
    }
}
