/// The subject in a certificate (RFC 5280 §4.1.2.6), read from its DER, as the text of RFC 4514: `CN=a,O=Example`.
struct CertificateSubject: Equatable {
    let text: String
    /// The last, which is the most significant one.
    let commonName: String?

    /// Nil where these bytes are no certificate.
    init?(certificate der: [UInt8]) {
        var outer = DER(der[...])
        guard var certificate = outer.content(of: DER.sequence), var body = certificate.content(of: DER.sequence)
        else { return nil }
        // [0] version (which may be missing), serial number, algorithm, issuer, validity: then comes the subject.
        _ = body.content(of: DER.version)
        for tag in [DER.integer, DER.sequence, DER.sequence, DER.sequence] {
            guard body.content(of: tag) != nil else { return nil }
        }
        guard var subject = body.content(of: DER.sequence) else { return nil }
        var parts: [String] = []
        var commonName: String?
        while !subject.isAtEnd {
            guard var set = subject.content(of: DER.set) else { return nil }
            var values: [String] = []
            while !set.isAtEnd {
                guard var pair = set.content(of: DER.sequence), let type = pair.content(of: DER.identifier),
                    let value = pair.next()
                else { return nil }
                let name = Self.names[Array(type.rest)] ?? Self.dotted(Array(type.rest))
                values.append("\(name)=\(Self.written(value))")
                if name == "CN" { commonName = Self.plain(value) }
            }
            parts.append(values.joined(separator: "+"))
        }
        text = parts.reversed().joined(separator: ",")
        self.commonName = commonName
    }

    private static let names: [[UInt8]: String] = [
        [0x55, 4, 3]: "CN", [0x55, 4, 6]: "C", [0x55, 4, 7]: "L", [0x55, 4, 8]: "ST", [0x55, 4, 9]: "STREET",
        [0x55, 4, 10]: "O", [0x55, 4, 11]: "OU", [0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 1]: "UID",
        [0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 25]: "DC",
    ]

    private static func dotted(_ identifier: [UInt8]) -> String {
        var numbers: [UInt64] = []
        var number: UInt64 = 0
        for byte in identifier {
            number = number << 7 | UInt64(byte & 0x7f)
            if byte & 0x80 == 0 {
                numbers.append(number)
                number = 0
            }
        }
        guard let first = numbers.first else { return "0.0" }
        let root = min(first / 40, 2)
        return ([root, first - root * 40] + numbers.dropFirst()).map(String.init).joined(separator: ".")
    }

    /// UTF8String, PrintableString and IA5String are text; nil for the others.
    private static func plain(_ value: DER.Element) -> String? {
        [0x0c, 0x13, 0x16].contains(value.tag) ? String(validating: value.content, as: UTF8.self) : nil
    }

    /// RFC 4514 §2.4: what would be read as something else stands behind a backslash; what is no text, in hexadecimal.
    private static func written(_ value: DER.Element) -> String {
        func hex(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }
        guard let text = plain(value) else { return "#" + value.content.map(hex).joined() }
        var written = ""
        for (index, scalar) in text.unicodeScalars.enumerated() {
            let isOuter = index == 0 || index == text.unicodeScalars.count - 1
            switch scalar {
            case "\"", "+", ",", ";", "<", ">", "\\", "=": written += "\\\(scalar)"
            case " " where isOuter, "#" where index == 0: written += "\\\(scalar)"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f: written += "\\" + hex(UInt8(scalar.value))
            default: written.unicodeScalars.append(scalar)
            }
        }
        return written
    }
}

/// Reads elements of DER (ITU-T X.690 §10), one behind another.
struct DER {
    typealias Element = (tag: UInt8, content: ArraySlice<UInt8>)

    static let integer: UInt8 = 0x02
    static let identifier: UInt8 = 0x06
    static let sequence: UInt8 = 0x30
    static let set: UInt8 = 0x31
    static let version: UInt8 = 0xa0

    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    var isAtEnd: Bool { rest.isEmpty }

    /// The next element; nil at the end, and where its length is wrong.
    mutating func next() -> Element? {
        var bytes = rest
        guard let tag = bytes.popFirst(), let first = bytes.popFirst() else { return nil }
        var length = Int(first)
        if first & 0x80 != 0 {
            let count = Int(first & 0x7f)
            guard (1...4).contains(count), bytes.count >= count else { return nil }
            length = bytes.prefix(count).reduce(0) { $0 << 8 | Int($1) }
            bytes = bytes.dropFirst(count)
        }
        guard bytes.count >= length else { return nil }
        rest = bytes.dropFirst(length)
        return (tag, bytes.prefix(length))
    }

    /// The elements inside the next one, if it has that tag; else it stays the next one.
    mutating func content(of tag: UInt8) -> DER? {
        let before = rest
        guard let element = next(), element.tag == tag else {
            rest = before
            return nil
        }
        return DER(element.content)
    }
}
