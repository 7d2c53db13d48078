import Glibc

/// One file of a spool: samples one after another, and how many of them have been sent.
///
/// Layout: the magic `SASPOOL1`, the offset of the first sample still wanted (8 bytes, little endian), records
/// (``SpoolRecord``). It is written with `pwrite` and without `fsync`, so it survives the end of the process, but not a
/// power cut.
final class SpoolSegment {
    static let headerBytes = 16
    private static let magic = Array("SASPOOL1".utf8)

    let number: UInt64
    private let path: String
    private let descriptor: CInt
    private(set) var end: Int
    private(set) var head: Int

    static func path(in folder: String, number: UInt64) -> String {
        let digits = String(number)
        return "\(folder)/\(String(repeating: "0", count: max(0, 10 - digits.count)))\(digits).spool"
    }

    /// A new, empty file.
    init(creatingIn folder: String, number: UInt64) throws(SpoolError) {
        self.number = number
        path = Self.path(in: folder, number: number)
        descriptor = try Self.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC)
        end = Self.headerBytes
        head = Self.headerBytes
        var header = Self.magic
        SpoolRecord.append(UInt64(head), to: &header)
        do throws(SpoolError) {
            try write(header, at: 0)
        } catch {
            close(descriptor)
            unlink(path)
            throw error
        }
    }

    /// Opens a file of an earlier run. `onRecord` gets each sample that is still wanted. Everything after damage is cut
    /// off.
    init(
        recovering folder: String, number: UInt64, onRecord: (SpoolPlace, WaitingSample) -> Void
    ) throws(SpoolError) {
        self.number = number
        path = Self.path(in: folder, number: number)
        descriptor = try Self.open(path, O_RDWR | O_CLOEXEC)
        end = Self.headerBytes
        head = Self.headerBytes
        let header = (try? read(at: 0, count: Self.headerBytes)) ?? []
        guard header.count == Self.headerBytes, header.starts(with: Self.magic) else {
            close(descriptor)
            throw .damaged(path: path, offset: 0)
        }
        head = Int(clamping: SpoolRecord.integer(UInt64.self, header, 8))
        end = max(head, Self.headerBytes)
        while let next = try? read(at: end, count: SpoolRecord.headerBytes),
            let length = SpoolRecord.length(header: next), let record = try? read(at: end, count: length),
            let sample = SpoolRecord.decode(record)
        {
            onRecord(SpoolPlace(segment: number, offset: end, length: length), sample)
            end += length
        }
        ftruncate(descriptor, off_t(end))
    }

    deinit {
        close(descriptor)
    }

    /// Returns the place of the record. After a failure the file is as before.
    func append(_ record: [UInt8]) throws(SpoolError) -> SpoolPlace {
        do throws(SpoolError) {
            try write(record, at: end)
        } catch {
            ftruncate(descriptor, off_t(end))
            throw error
        }
        defer { end += record.count }
        return SpoolPlace(segment: number, offset: end, length: record.count)
    }

    func read(_ place: SpoolPlace) throws(SpoolError) -> WaitingSample {
        guard let sample = SpoolRecord.decode(try read(at: place.offset, count: place.length)) else {
            throw .damaged(path: path, offset: place.offset)
        }
        return sample
    }

    /// Nothing before `offset` is wanted any more.
    func release(to offset: Int) {
        head = offset
        var bytes: [UInt8] = []
        SpoolRecord.append(UInt64(head), to: &bytes)
        // If this fails, samples are sent again. The set has these members already, so nothing changes.
        try? write(bytes, at: Self.magic.count)
    }

    func remove() {
        unlink(path)
    }

    private static func open(_ path: String, _ flags: CInt) throws(SpoolError) -> CInt {
        let descriptor = Glibc.open(path, flags | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .system(operation: "open", path: path, errno: errno) }
        return descriptor
    }

    private func write(_ bytes: [UInt8], at offset: Int) throws(SpoolError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                pwrite(
                    descriptor, buffer.baseAddress.map { $0 + written }, bytes.count - written,
                    off_t(offset + written))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw .system(operation: "write", path: path, errno: count < 0 ? errno : ENOSPC)
            }
            written += count
        }
    }

    private func read(at offset: Int, count: Int) throws(SpoolError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var got = 0
        while got < count {
            let result = bytes.withUnsafeMutableBytes { buffer in
                pread(descriptor, buffer.baseAddress.map { $0 + got }, count - got, off_t(offset + got))
            }
            if result < 0, errno == EINTR { continue }
            guard result >= 0 else { throw .system(operation: "read", path: path, errno: errno) }
            guard result > 0 else { throw .damaged(path: path, offset: offset + got) }
            got += result
        }
        return bytes
    }
}
