import SeededRandom

/// Where the inputs come from: wires that are in order, bent; and noise.
enum Inputs {
    private static let wires: [[UInt8]] =
        [
            "0{\"sid\":\"a\",\"upgrades\":[\"websocket\"],\"pingInterval\":25000}", "1", "2", "2probe", "3", "3probe",
            "4hello", "5", "6",
            "bAQIDBA==", "bAA", "4hä€🎈", "4a\u{1e}2\u{1e}bAQID\u{1e}4b", "40", "40{}", "40{\"token\":\"123\"}",
            "40/chat,", "40/chat,{\"pid\":\"p\",\"offset\":\"e.1\"}", "41", "41/chat,", "42[\"message\"]",
            "42[\"message\",1,\"2\",{\"3\":[true,null]}]", "42/chat,17[\"ack me\",{}]", "43[]", "4317[1,2]",
            "43/chat,0[\"x\"]", "44{\"message\":\"no\"}", "451-[\"bin\",{\"_placeholder\":true,\"num\":0}]",
            "452-/chat,3[\"bin\",{\"_placeholder\":true,\"num\":1},[{\"num\":0,\"_placeholder\":true}]]",
            "461-/chat,9[{\"_placeholder\":true,\"num\":0}]", "EIO=4&transport=polling&t=abc",
            "EIO=4&transport=websocket&sid=abc", "EIO=3&transport=websocket", "[]", "{}",
            "[1,-0.5e+3,1E400,\"\\u00e9\\n\"]",
            "{\"a\":{\"a\":[[[{}]]]},\"id\":\"x\",\"t\":1700000000000}", "\"\\ud83c\\udf88\"", "true", "-1", "0.1",
            "{\"id\":\"h:top:1\",\"host\":\"h\",\"probe\":\"top\",\"t\":1,\"v\":1,\"cpu\":{\"user\":1.5}}",
        ].map { Array($0.utf8) }

    /// Bytes that mean something to one of the codecs.
    private static let telling =
        Array("\"\\{}[],:-0123456789/be.+E tfnu&=".utf8) + [0x00, 0x1e, 0x7f, 0x80, 0xc0, 0xed, 0xf4, 0xff]

    static func next(using random: inout SeededGenerator) -> [UInt8] {
        if UInt8.random(in: 0..<16, using: &random) == 0 { return noise(using: &random) }
        var bytes = wire(using: &random)
        for _ in 0..<Int.random(in: 0...4, using: &random) { bend(&bytes, using: &random) }
        return bytes
    }

    static func describe(_ bytes: [UInt8]) -> String {
        bytes.map { (0x20..<0x7f).contains($0) ? String(UnicodeScalar($0)) : "\\x\(String($0, radix: 16))" }.joined()
    }

    static func noise(using random: inout SeededGenerator) -> [UInt8] {
        (0..<Int.random(in: 0...64, using: &random)).map { _ in .random(in: 0...255, using: &random) }
    }

    private static func wire(using random: inout SeededGenerator) -> [UInt8] {
        wires[Int.random(in: 0..<wires.count, using: &random)]
    }

    private static func bend(_ bytes: inout [UInt8], using random: inout SeededGenerator) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        let end = Int.random(in: place...bytes.count, using: &random)
        switch UInt8.random(in: 0..<8, using: &random) {
        case 0: if place < bytes.count { bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random) }
        case 1: if place < bytes.count { bytes[place] = telling[Int.random(in: 0..<telling.count, using: &random)] }
        case 2: bytes.insert(telling[Int.random(in: 0..<telling.count, using: &random)], at: place)
        case 3: bytes.removeSubrange(place..<end)
        case 4: bytes.insert(contentsOf: bytes[place..<end], at: place)
        case 5: bytes.replaceSubrange(place..., with: wire(using: &random))
        case 6: bytes.insert(contentsOf: wire(using: &random), at: place)
        default:
            // Deep, long and repeated.
            let byte = telling[Int.random(in: 0..<telling.count, using: &random)]
            bytes.insert(contentsOf: repeatElement(byte, count: Int.random(in: 1...300, using: &random)), at: place)
        }
    }
}
