/// Skips the RDB file that a full resync sends before the stream, without keeping it.
///
/// The file comes as `$LENGTH` and that many bytes, or as `$EOF:MARK` and bytes up to the 40-byte mark. After the mark
/// nothing is sent until the replica acknowledges.
struct ReplicationSnapshotSkip: Equatable {
    private enum Rest: Equatable {
        case bytes(Int64)
        /// The last bytes seen, at most as many as the mark has.
        case until(mark: [UInt8], tail: [UInt8])
    }

    private var rest: Rest

    /// The header line without its `$`; nil where it is neither form.
    init?(header: [UInt8]) {
        if header.starts(with: Self.eof) {
            let mark = Array(header.dropFirst(Self.eof.count))
            guard mark.count == 40 else { return nil }
            rest = .until(mark: mark, tail: [])
        } else {
            guard let length = Int64(String(decoding: header, as: UTF8.self)), length >= 0 else { return nil }
            rest = .bytes(length)
        }
    }

    private static let eof = Array("EOF:".utf8)

    var isOver: Bool {
        switch rest {
        case .bytes(let count): count == 0
        case .until(let mark, let tail): tail == mark
        }
    }

    /// Takes what belongs to the file, and gives how many bytes that were.
    mutating func skip(_ bytes: UnsafeRawBufferPointer) -> Int {
        switch rest {
        case .bytes(let count):
            let taken = Int(min(count, Int64(bytes.count)))
            rest = .bytes(count - Int64(taken))
            return taken
        case .until(let mark, let tail):
            // A file does not hold its own random mark, and no bytes follow it before an ACK.
            let kept = tail + bytes.suffix(mark.count)
            rest = .until(mark: mark, tail: kept.suffix(mark.count))
            return bytes.count
        }
    }
}
