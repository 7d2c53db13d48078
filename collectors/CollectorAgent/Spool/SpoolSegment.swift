import Glibc

/// One file of a spool: samples one after another, and how many of them have been sent.
///
/// Layout: the magic `SASPOOL1`, the offset of the first sample still wanted (8 bytes, little endian), records
/// (``SpoolRecord``). It is written with `pwrite` and without `fsync`, so it survives the end of the process, but not a
/// power cut.
final class SpoolSegment {
    static let headerBytes = 16
    /// A segment that is larger than this gets no more samples. Segments that were sent are removed as whole files.
    static let fullBytes = 1 << 20
    /// No segment is larger; what comes after is not read.
    private static let maxBytes = fullBytes + SpoolRecord.headerBytes + SpoolRecord.maxBytes
    private static let magic = Array("SASPOOL1".utf8)
    /// What a file of another version begins with too.
    private static let family = Array("SASPOOL".utf8)

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
        // The object is whole by now, so that its end closes the file.
        do throws(SpoolError) {
            try write(header, at: 0)
        } catch {
            unlink(path)
            throw error
        }
    }

    /// A file of an earlier run; `onRecord` gets each sample that is still wanted, `onDamage` each run of bytes that is
    /// none. Samples are found again behind damage, and behind a heading that was overwritten.
    ///
    /// Throws for a file that holds no sample and was not made by this version: it is left as it is.
    init(
        recovering folder: String, number: UInt64, onRecord: (SpoolPlace, WaitingSample) -> Void,
        onDamage: (SpoolError) -> Void
    ) throws(SpoolError) {
        self.number = number
        path = Self.path(in: folder, number: number)
        descriptor = try Self.open(path, O_RDWR | O_CLOEXEC)
        end = Self.headerBytes
        head = Self.headerBytes
        try recover(onRecord, onDamage)
    }

    private func recover(
        _ onRecord: (SpoolPlace, WaitingSample) -> Void, _ onDamage: (SpoolError) -> Void
    ) throws(SpoolError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .damaged(path: path, offset: 0)
        }
        let bytes = try read(at: 0, count: min(Int(status.st_size), Self.maxBytes))
        // The collector ended before the heading was written: nothing is lost.
        if bytes.count < Self.headerBytes, Self.magic.starts(with: bytes.prefix(Self.magic.count)) { return }
        let isOwn = bytes.count >= Self.headerBytes && bytes.starts(with: Self.magic)
        guard isOwn || !bytes.starts(with: Self.family) else { throw .damaged(path: path, offset: 0) }
        if isOwn {
            let stated = SpoolRecord.integer(UInt64.self, bytes, Self.magic.count)
            if stated >= UInt64(Self.headerBytes), stated <= UInt64(bytes.count) {
                head = Int(stated)
            } else {
                // Sent again: the set has them already.
                onDamage(.damaged(path: path, offset: Self.magic.count))
            }
        }
        end = head
        var damage: [SpoolError] = isOwn ? [] : [.damaged(path: path, offset: 0)]
        var position = head
        while position < bytes.count {
            if let (sample, length) = SpoolRecord.decode(bytes, at: position) {
                onRecord(SpoolPlace(segment: number, offset: position, length: length), sample)
                position += length
                end = position
                continue
            }
            // One report for each run of bytes, up to the next sample.
            if position == end, isOwn || end > head { damage.append(.damaged(path: path, offset: position)) }
            position += 1
        }
        guard isOwn || end > head else { throw .damaged(path: path, offset: 0) }
        damage.forEach(onDamage)
        ftruncate(descriptor, off_t(end))
        if !isOwn {
            var header = Self.magic
            SpoolRecord.append(UInt64(head), to: &header)
            try write(header, at: 0)
        }
    }

    deinit {
        close(descriptor)
    }

    /// Whether somebody has removed the file; what is in it can be read until this run ends.
    var isRemoved: Bool {
        var status = stat()
        return fstat(descriptor, &status) != 0 || status.st_nlink == 0
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
