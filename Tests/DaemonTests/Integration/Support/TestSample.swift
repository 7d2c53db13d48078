import JSONBytes

@testable import Daemon

/// A member and its score, as a collector writes them.
struct TestSample: Sendable {
    let score: String
    let member: [UInt8]

    init(score: String, member: [UInt8]) {
        self.score = score
        self.member = member
    }

    init(score: String, _ text: String) {
        self.init(score: score, member: Array(text.utf8))
    }

    /// In the contract's shape; `t` in ms relative to now.
    init(_ id: String, host: String = "a", probe: String = "top", at t: Int64 = 0, padding: Int = 0) {
        let time = Self.now + t
        let more = padding > 0 ? #","pad":"\#(String(repeating: "x", count: padding))""# : ""
        self.init(
            score: "\(time)", #"{"id":"\#(id)","host":"\#(host)","probe":"\#(probe)","t":\#(time),"v":1\#(more)}"#)
    }

    var text: String { String(decoding: member, as: UTF8.self) }

    static var now: Int64 { WallClock.milliseconds() }
}

extension JSONValue {
    /// Nil where the text is no JSON.
    init?(_ text: String) {
        guard let value = try? JSONValue(parsing: Array(text.utf8)) else { return nil }
        self = value
    }
}

extension String {
    /// What follows the first occurrence; empty where there is none.
    func components(after separator: String) -> String {
        ranges(of: separator).first.map { String(self[$0.upperBound...]) } ?? ""
    }
}
