/// Makes the ids of sessions and sockets: 20 characters that may stand in a URL, 120 random bits.
package enum EngineSessionID {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    package static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        return random(using: &generator)
    }

    package static func random(using generator: inout some RandomNumberGenerator) -> String {
        String(unsafeUninitializedCapacity: 20) { buffer in
            for index in 0..<20 { buffer[index] = alphabet[Int(generator.next() & 63)] }
            return 20
        }
    }
}
