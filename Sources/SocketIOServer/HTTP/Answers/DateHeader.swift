#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The value of the header `Date` (RFC 9110 §6.6.1), made once a second.
package struct DateHeader: Sendable {
    private var second = 0
    private var text = ""

    package init() {}

    /// - Parameter second: Since 1970.
    package mutating func value(at second: Int = time(nil)) -> String {
        if second != self.second || text.isEmpty {
            self.second = second
            text = Self.format(second)
        }
        return text
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7).
    package static func format(_ second: Int) -> String {
        var clock = time_t(second)
        var parts = tm()
        gmtime_r(&clock, &parts)
        let two = { (number: CInt) in number < 10 ? "0\(number)" : "\(number)" }
        let day = days[Int(parts.tm_wday)]
        let month = months[Int(parts.tm_mon)]
        return "\(day), \(two(parts.tm_mday)) \(month) \(Int(parts.tm_year) + 1900) "
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT"
    }

    /// The seconds since 1970 of a date; nil if the text is not a date. RFC 9110 has three forms. Only the one that is
    /// in use is read.
    package static func parse(_ text: String) -> Int? {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[5] == "GMT", let day = Int32(parts[1]), let year = Int32(parts[3]),
            let month = months.firstIndex(of: String(parts[2]))
        else { return nil }
        let clock = parts[4].split(separator: ":").compactMap { Int32($0) }
        guard clock.count == 3 else { return nil }
        var parsed = tm()
        (parsed.tm_year, parsed.tm_mon, parsed.tm_mday) = (year - 1900, Int32(month), day)
        (parsed.tm_hour, parsed.tm_min, parsed.tm_sec) = (clock[0], clock[1], clock[2])
        let second = timegm(&parsed)
        // A date that the calendar had to correct, such as the 31st of June, is not a date.
        return format(second) == text ? second : nil
    }

    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}
