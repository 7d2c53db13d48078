/// Where to listen: `ADDRESS:PORT`, an IPv6 address in brackets.
package struct ListenAddress: Sendable, Equatable {
    /// An address or a name of this machine, without brackets.
    package let host: String
    /// 0 takes a free one.
    package let port: Int

    package static let rule = "ADDRESS:PORT, such as 127.0.0.1:9464 or [::1]:9464; ports 0 to 65535"

    /// Nil if the text is none.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let (before, after) = (text[..<colon], text[text.index(after: colon)...])
        guard (1...5).contains(after.utf8.count),
            after.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let port = Int(after),
            port <= 65535
        else { return nil }
        let isBracketed = before.hasPrefix("[") && before.hasSuffix("]")
        let host = isBracketed ? String(before.dropFirst().dropLast()) : String(before)
        let isPlain = !host.contains { $0.isWhitespace || "[]/@".contains($0) }
        // Without brackets nobody knows where an IPv6 address ends.
        guard isPlain, (1...253).contains(host.utf8.count), host.contains(":") == isBracketed else { return nil }
        (self.host, self.port) = (host, port)
    }
}
