/// One sample in a spool's segment.
///
/// Layout, little endian: length of what follows the checksum (4 bytes), CRC-32 of it (4), epoch milliseconds (8), lost
/// (4), length of the key (2), key, sample.
enum SpoolRecord {
    static let headerBytes = 8
    private static let fixedBytes = 14
    /// A sample has at most 1 MiB, and a key less than 400 bytes. Anything longer is damage.
    static let maxBytes = 2 << 20
    private static let maxKey = 1024

    static func encode(_ sample: WaitingSample) -> [UInt8] {
        let key = Array(sample.key.utf8.prefix(maxKey))
        var body: [UInt8] = []
        body.reserveCapacity(fixedBytes + key.count + sample.bytes.count)
        append(UInt64(bitPattern: sample.epochMs), to: &body)
        append(sample.lost, to: &body)
        append(UInt16(key.count), to: &body)
        body += key
        body += sample.bytes
        var record: [UInt8] = []
        record.reserveCapacity(headerBytes + body.count)
        append(UInt32(body.count), to: &record)
        append(CRC32.checksum(of: body), to: &record)
        return record + body
    }

    /// The length of the whole record that begins at `offset`; nil for one that no encoder wrote.
    private static func length(_ bytes: [UInt8], at offset: Int) -> Int? {
        guard bytes.count - offset >= headerBytes + fixedBytes else { return nil }
        let length = Int(integer(UInt32.self, bytes, offset))
        // Looked at before the checksum, which is slow where each byte of a damaged file may be a beginning.
        let keyLength = Int(integer(UInt16.self, bytes, offset + headerBytes + 12))
        return (fixedBytes...maxBytes).contains(length) && keyLength <= min(length - fixedBytes, maxKey)
            ? headerBytes + length : nil
    }

    /// The sample that begins at `offset`, and its whole length; nil where its bytes are not those that were written.
    static func decode(_ bytes: [UInt8], at offset: Int) -> (sample: WaitingSample, length: Int)? {
        guard let length = length(bytes, at: offset), length <= bytes.count - offset,
            let sample = decode(Array(bytes[offset..<offset + length]))
        else { return nil }
        return (sample, length)
    }

    /// The sample of a whole record; nil if its bytes are damaged.
    static func decode(_ record: [UInt8]) -> WaitingSample? {
        guard let length = length(record, at: 0), record.count == length else { return nil }
        let body = record[headerBytes...]
        guard CRC32.checksum(of: body) == integer(UInt32.self, record, 4) else { return nil }
        let keyLength = Int(integer(UInt16.self, record, headerBytes + 12))
        let keyStart = headerBytes + fixedBytes
        guard keyStart + keyLength <= record.count,
            let key = String(validating: record[keyStart..<keyStart + keyLength], as: UTF8.self)
        else { return nil }
        return WaitingSample(
            key: key, epochMs: Int64(bitPattern: integer(UInt64.self, record, headerBytes)),
            lost: integer(UInt32.self, record, headerBytes + 8), bytes: Array(record[(keyStart + keyLength)...]))
    }

    static func append<Value: FixedWidthInteger>(_ value: Value, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    static func integer<Value: FixedWidthInteger>(_ type: Value.Type, _ bytes: [UInt8], _ offset: Int) -> Value {
        var value: Value = 0
        for index in (0..<MemoryLayout<Value>.size).reversed() { value = value << 8 | Value(bytes[offset + index]) }
        return value
    }
}

/// The checksum of IEEE 802.3 (reflected, polynomial 0xEDB88320). It finds a record that was cut or torn.
enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }

    static func checksum(of bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(~0) { sum, byte in sum >> 8 ^ table[Int((sum ^ UInt32(byte)) & 0xFF)] }
    }
}
