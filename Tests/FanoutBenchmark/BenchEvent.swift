/// The event that is sent: a 1000-byte argument that begins with the time at which it was made.
///
/// ```
///   42["tick",{"t":"00000000012345678901","fill":"xxxx…"}]
/// ```
enum BenchEvent {
    static let name = "tick"
    static let argumentBytes = 1000
    /// Where the digits of the time begin in the text that clients receive.
    static let timeOffset = "42[\"tick\",{\"t\":\"".utf8.count
    static let timeDigits = 20

    private static let head = Array(#"{"t":""#.utf8)
    private static let middle = Array(#"","fill":""#.utf8)
    private static let end = Array(#""}"#.utf8)
    private static let fill = [UInt8](
        repeating: UInt8(ascii: "x"), count: argumentBytes - head.count - timeDigits - middle.count - end.count)

    /// The argument; of another size it is filled with text that shrinks as samples do, another one each time.
    static func argument(at nanoseconds: UInt64, bytes: Int = argumentBytes) -> [UInt8] {
        guard bytes == argumentBytes else {
            let count = max(0, bytes - head.count - timeDigits - middle.count - end.count)
            let start = Int(nanoseconds % UInt64(sampleText.count - count))
            return head + digits(of: nanoseconds) + middle + sampleText[start..<start + count] + end
        }
        return head + digits(of: nanoseconds) + middle + fill + end
    }

    /// 256 KiB of what looks like processes with their figures.
    private static let sampleText: [UInt8] = {
        var text: [UInt8] = []
        var number: UInt32 = 1
        while text.count < 256 << 10 {
            number = number &* 1_664_525 &+ 1_013_904_223
            let (first, second) = (number >> 8, number >> 20)
            text += Array(
                "pid:\(first % 30_000) user:www comm:worker-\(second % 9) cpu:\(first % 997) rss:\(second)000 ".utf8)
        }
        return text
    }()

    private static func digits(of nanoseconds: UInt64) -> [UInt8] {
        var digits = [UInt8](repeating: UInt8(ascii: "0"), count: timeDigits)
        var rest = nanoseconds
        for index in digits.indices.reversed() where rest > 0 {
            digits[index] += UInt8(rest % 10)
            rest /= 10
        }
        return digits
    }

    /// The whole unmasked frame as the server writes it, for the floor.
    static func frame(at nanoseconds: UInt64) -> [UInt8] {
        let payload = Array("42[\"\(name)\",".utf8) + argument(at: nanoseconds) + Array("]".utf8)
        return [0x81, 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xff)] + payload
    }
}
