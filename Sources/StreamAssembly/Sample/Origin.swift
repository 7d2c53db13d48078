import SampleContract

typealias Origin = SampleOrigin

extension SampleOrigin {
    /// One text for all spellings of a host that people and resolvers take for one: case and dots at the end make no
    /// other host.
    static func folded(_ host: String) -> ExactText {
        var bytes = host.utf8.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }
        // A name of dots alone is itself, lest it speak for samples that name no host.
        while bytes.count > 1, bytes.last == UInt8(ascii: ".") { bytes.removeLast() }
        return ExactText(String(decoding: bytes, as: UTF8.self))
    }
}
