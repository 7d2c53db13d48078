/// Names and values that stand apart: a name that is a value itself, and its partner.
extension SecretScanner {
    /// `{"name":"DB_PASSWORD","value":"X"}`, `<add key="Password" value="X"/>`, `name=token&value=X`: the name that began
    /// at `start` has been passed.
    mutating func maskPartner(start: Int) -> Bool {
        if maskPartnerElement(start: start) { return true }
        guard let separator = passedBack(from: start), Self.separates(text[separator]),
            let last = passedBack(from: separator)
        else { return false }
        let names = text[...last].suffix(4).map { $0 | 0x20 }
        guard names.elementsEqual("name".utf8) || names.suffix(3).elementsEqual("key".utf8), let end = valueOfPartner()
        else { return false }
        while index < end { pass() }
        maskValue(name: text[start..<start])
        return true
    }

    /// Whether this is the `key` of a `key="Password" value="X"`: what follows is a name.
    func namesPartner(_ name: ArraySlice<UInt8>) -> Bool {
        name.count == 3 && name.map { $0 | 0x20 }.elementsEqual("key".utf8) && valueOfPartner() != nil
    }

    /// The last byte before `start` that is no quote, blank or backslash.
    private func passedBack(from start: Int) -> Int? {
        text[..<start].lastIndex { !Self.isFiller($0) }
    }

    /// Where the value begins that belongs to a name here: behind the next `value=`, `"value":` of the same object.
    private func valueOfPartner() -> Int? {
        let near = text[index...].prefix(64).prefix { !"{}<>".utf8.contains($0) }
        let word = Array("alue".utf8)
        guard let found = near.indices.first(where: { text[$0...].starts(with: word) }) else {
            return content(of: near)
        }
        guard let separator = text[(found + word.count)...].firstIndex(where: { !Self.isFiller($0) }),
            Self.separates(text[separator])
        else { return nil }
        return text[(separator + 1)...].firstIndex { !Self.isBlank($0) }
    }

    /// Where the content of an element begins whose last attributes these are: `<entry key="password">X`.
    private func content(of attributes: ArraySlice<UInt8>) -> Int? {
        let end = attributes.endIndex
        guard end + 1 < text.count, text[end] == UInt8(ascii: ">"), attributes.last.map(Self.isQuote) ?? false,
            text[end + 1] != UInt8(ascii: "<"), let open = text[..<index].lastIndex(where: { "<>".utf8.contains($0) }),
            text[open] == UInt8(ascii: "<")
        else { return nil }
        return end + 1
    }

    private static func isFiller(_ byte: UInt8) -> Bool { isQuote(byte) || isBlank(byte) || byte == UInt8(ascii: "\\") }
}
