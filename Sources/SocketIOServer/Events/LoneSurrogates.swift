/// Surrogates without their pair in JSON texts (RFC 8259 §8.2). JavaScript can cut a text between the two halves of a
/// character, and writes such a half as `\\ud83d`. Swift's strings and decoders cannot hold one.
enum LoneSurrogates {
    private static let backslash = UInt8(ascii: "\\")
    private static let replacement = Array(#"\ufffd"#.utf8)

    /// The text with U+FFFD in place of each one. Without any, the bytes stay the same.
    static func replaced(in json: [UInt8]) -> [UInt8] {
        guard json.contains(backslash) else { return json }
        var text: [UInt8] = []
        var copied = 0
        var index = 0
        while let start = json[index...].firstIndex(of: backslash) {
            guard let unit = unit(json, at: start) else {
                index = min(start + 2, json.count)
                continue
            }
            index = start + 6
            guard unit & 0xf800 == 0xd800 else { continue }
            if unit < 0xdc00, let low = self.unit(json, at: index), low & 0xfc00 == 0xdc00 {
                index += 6
                continue
            }
            text += json[copied..<start]
            text += replacement
            copied = index
        }
        guard copied > 0 else { return json }
        return text + json[copied...]
    }

    /// The value of the escape `\uXXXX` at that place; nil if there is no such escape.
    private static func unit(_ json: [UInt8], at start: Int) -> UInt32? {
        guard start + 6 <= json.count, json[start] == backslash, json[start + 1] == UInt8(ascii: "u") else {
            return nil
        }
        return UInt32(String(decoding: json[start + 2..<start + 6], as: UTF8.self), radix: 16)
    }
}
