/// Secrets in XML.
extension SecretScanner {
    /// `<password>x</password>`, `<wsse:Password Type="…">x</wsse:Password>`.
    mutating func maskElement(start: Int) -> Bool {
        let before = text[..<start].reversed().prefix {
            Self.isName($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "<")
        }
        guard before.last == UInt8(ascii: "<"), let close = text[index...].firstIndex(of: UInt8(ascii: ">")),
            close == index || Self.isBlank(text[index]), close == index || text[close - 1] != UInt8(ascii: "/")
        else { return false }
        // In a property list the key is a name, and the value comes behind it.
        let isKey = text[start..<index].elementsEqual("key".utf8)
        if isKey, text[close...].prefix(128).contains(Array("</key>".utf8)) { return false }
        while index <= close { pass() }
        output.append(contentsOf: SecretMasking.mask)
        index = text[index...].firstIndex(of: UInt8(ascii: "<")) ?? text.count
        return true
    }

    /// `<name>password</name><value>x</value>`, `<key>Password</key><string>x</string>`: the name has been passed.
    mutating func maskPartnerElement(start: Int) -> Bool {
        guard start > 0, text[start - 1] == UInt8(ascii: ">"), text[index...].starts(with: "</".utf8) else {
            return false
        }
        guard
            ["name>", "key>", "Name>", "Key>"].contains(where: {
                text[..<start].suffix($0.utf8.count).elementsEqual($0.utf8)
            })
        else { return false }
        // Behind the tags that follow, of which the value's may be within another.
        var position = index
        while position < text.count, text[position] == UInt8(ascii: "<") || Self.isBlank(text[position]) {
            guard text[position] == UInt8(ascii: "<") else {
                position += 1
                continue
            }
            guard let close = text[position...].firstIndex(of: UInt8(ascii: ">")) else { return false }
            position = close + 1
        }
        guard position < text.count else { return false }
        while index < position { pass() }
        output.append(contentsOf: SecretMasking.mask)
        index = text[index...].firstIndex(of: UInt8(ascii: "<")) ?? text.count
        return true
    }
}
