/// A sample as a collector writes it.
struct SampleText {
    let id: String
    let text: String

    /// - Parameter source: tells several writers of one host apart.
    init(host: String, source: String, number: Int, score: Double) {
        id = "\(host):top:\(source):\(number)"
        text = #"{"id":"\#(id)","host":"\#(host)","probe":"top","t":\#(score),"v":1}"#
    }

    /// The id in such a text.
    static func id(in member: [UInt8]) -> String? {
        let head = #"{"id":""#.utf8
        guard member.starts(with: head) else { return nil }
        return String(decoding: member.dropFirst(head.count).prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
    }
}
