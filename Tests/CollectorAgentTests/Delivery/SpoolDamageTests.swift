import Glibc
import TestSupport
import Testing

@testable import CollectorAgent

/// What a disk, a crash or a hand can do to a spool: what is whole is given back, what is lost is told.
@Suite struct SpoolDamageTests {
    private func sample(_ number: Int) -> WaitingSample {
        WaitingSample(key: "sa:{web-1}:top", epochMs: Int64(number), bytes: Array("{\"number\":\(number)}".utf8))
    }

    /// A spool with so many samples, closed; the path of its segment.
    private func filled(_ folder: String, _ count: Int = 4) throws -> (path: String, places: [SpoolPlace]) {
        let spool = try Spool(folder: folder)
        let places = try (0..<count).map { try spool.append(sample($0)) }
        spool.close()
        return (SpoolSegment.path(in: folder, number: places[0].segment), places)
    }

    private func recovered(_ folder: String) throws -> (samples: [Int], told: [SpoolError]) {
        let spool = try Spool(folder: folder)
        defer { spool.close() }
        let samples = try spool.takeRecovered().map { try spool.read($0.place).epochMs }
        return (samples.map { Int($0) }, spool.takeUnreadable())
    }

    private func overwrite(_ path: String, at offset: Int, _ bytes: [UInt8]) {
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
        #expect(pwrite(descriptor, bytes, bytes.count, off_t(offset)) == bytes.count)
        close(descriptor)
    }

    @Test func `a heading that was zeroed or overwritten costs no sample, and is told`() throws {
        for bytes in [[UInt8](repeating: 0, count: 16), Array("0123456789abcdef".utf8)] {
            try ScratchFolder.with { folder in
                let (path, _) = try filled(folder)
                overwrite(path, at: 0, bytes)
                var (samples, told) = try recovered(folder)
                #expect(samples == [0, 1, 2, 3])
                #expect(told == [.damaged(path: path, offset: 0)])
                // The file is whole again.
                (samples, told) = try recovered(folder)
                #expect(samples == [0, 1, 2, 3])
                #expect(told.isEmpty)
            }
        }
    }

    @Test(arguments: [UInt64.max, UInt64(Int64.max), 1 << 40, 0, 15])
    func `a mark of what was sent that cannot be sends all again, and the file does not grow`(mark: UInt64) throws {
        try ScratchFolder.with { folder in
            let (path, places) = try filled(folder)
            var bytes: [UInt8] = []
            SpoolRecord.append(mark, to: &bytes)
            overwrite(path, at: 8, bytes)
            let (samples, told) = try recovered(folder)
            #expect(samples == [0, 1, 2, 3])
            #expect(told == [.damaged(path: path, offset: 8)])
            var status = stat()
            #expect(stat(path, &status) == 0)
            #expect(Int(status.st_size) == places[3].end)
        }
    }

    @Test func `zeros, random bytes or a huge length in the middle cost what they cover`() throws {
        let huge: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF]
        // As long as a sample may be, and longer than the file.
        let plausible: [UInt8] = [0x00, 0x00, 0x1F, 0x00]
        for bytes in [[UInt8](repeating: 0, count: 20), Array("random bytes, random".utf8), huge, plausible] {
            try ScratchFolder.with { folder in
                let (path, places) = try filled(folder)
                overwrite(path, at: places[1].offset, bytes)
                let (samples, told) = try recovered(folder)
                #expect(samples == [0, 2, 3])
                #expect(told == [.damaged(path: path, offset: places[1].offset)])
            }
        }
    }

    @Test func `a file that was cut tells that a sample is lost, one that ends whole does not`() throws {
        try ScratchFolder.with { folder in
            let (path, places) = try filled(folder)
            truncate(path, off_t(places[3].offset + 7))
            var (samples, told) = try recovered(folder)
            #expect(samples == [0, 1, 2])
            #expect(told == [.damaged(path: path, offset: places[3].offset)])
            (samples, told) = try recovered(folder)
            #expect(samples == [0, 1, 2])
            #expect(told.isEmpty)
        }
    }

    @Test func `zeros at the end, as a power cut leaves them, are told once`() throws {
        try ScratchFolder.with { folder in
            let (path, places) = try filled(folder)
            overwrite(path, at: places[3].end, [UInt8](repeating: 0, count: 100_000))
            let (samples, told) = try recovered(folder)
            #expect(samples == [0, 1, 2, 3])
            #expect(told == [.damaged(path: path, offset: places[3].end)])
        }
    }

    @Test func `a file without a whole heading holds nothing and is removed`() throws {
        for count in [0, 5, 8, 15] {
            try ScratchFolder.with { folder in
                let (path, _) = try filled(folder)
                truncate(path, off_t(count))
                let (samples, told) = try recovered(folder)
                #expect(samples.isEmpty)
                #expect(told.isEmpty)
                #expect(access(path, F_OK) != 0)
            }
        }
    }

    @Test func `another version, a folder, a link or a pipe in a segment's place is told and left alone`() throws {
        try ScratchFolder.with { folder in
            let (path, _) = try filled(folder)
            func place(_ number: UInt64) -> String { SpoolSegment.path(in: folder, number: number) }
            overwrite(place(50), at: 0, Array("SASPOOL2 of another version".utf8))
            mkdir(place(51), 0o700)
            symlink(path, place(52))
            mkfifo(place(53), 0o600)
            let (samples, told) = try recovered(folder)
            #expect(samples == [0, 1, 2, 3])
            #expect(
                told == [
                    .damaged(path: place(50), offset: 0),
                    .system(operation: "open", path: place(51), errno: EISDIR),
                    .system(operation: "open", path: place(52), errno: ELOOP),
                    .damaged(path: place(53), offset: 0),
                ])
            for number: UInt64 in 50...53 {
                var status = stat()
                #expect(lstat(place(number), &status) == 0)
            }
            // What is new goes on behind the good one.
            #expect(try Spool(folder: folder).append(sample(9)).segment == 1)
        }
    }

    @Test func `names that no spool gives are passed over`() throws {
        try ScratchFolder.with { folder in
            let names = ["18446744073709551614", "18446744073709551615", "+5", "7", "x", "0000000003a"]
            for name in names { overwrite("\(folder)/\(name).spool", at: 0, Array("x".utf8)) }
            let spool = try Spool(folder: folder)
            #expect(spool.takeUnreadable().isEmpty)
            #expect(try spool.append(sample(1)).segment == 1)
        }
    }

    @Test func `a name that is taken while the spool runs is passed over`() throws {
        try ScratchFolder.with { folder in
            let spool = try Spool(folder: folder)
            for number: UInt64 in 1...3 { mkdir(SpoolSegment.path(in: folder, number: number), 0o700) }
            let place = try spool.append(sample(1))
            #expect(place.segment == 4)
            #expect(try spool.read(place) == sample(1))
        }
    }

    @Test(arguments: [true, false])
    func `what is removed while it is used is told and made anew, and what was in it is still given back`(
        withFolder: Bool
    ) throws {
        try ScratchFolder.with { parent in
            let folder = "\(parent)/spool"
            let spool = try Spool(folder: folder, within: parent)
            let first = try spool.append(sample(1))
            unlink(SpoolSegment.path(in: folder, number: first.segment))
            if withFolder {
                unlink("\(folder)/lock")
                #expect(rmdir(folder) == 0)
            }
            #expect(throws: SpoolError.removed(path: folder)) { try spool.append(sample(2)) }
            let second = try spool.append(sample(2))
            #expect(second.segment != first.segment)
            #expect(try spool.read(first) == sample(1))
            #expect(throws: SpoolError.locked(path: folder)) { try Spool(folder: folder) }
            spool.close()
            #expect(try recovered(folder).samples == [2])
        }
    }

    @Test func `an empty spool whose folder is removed makes it anew`() throws {
        try ScratchFolder.with { parent in
            let folder = "\(parent)/spool"
            let spool = try Spool(folder: folder)
            unlink("\(folder)/lock")
            #expect(rmdir(folder) == 0)
            #expect(throws: SpoolError.removed(path: folder)) { try spool.append(sample(1)) }
            #expect(try spool.read(spool.append(sample(1))) == sample(1))
        }
    }

    @Test func `a segment that is emptied while it is used loses what was in it, and takes more`() throws {
        try ScratchFolder.with { folder in
            let spool = try Spool(folder: folder)
            let first = try spool.append(sample(1))
            truncate(SpoolSegment.path(in: folder, number: first.segment), 0)
            #expect(throws: SpoolError.self) { try spool.read(first) }
            #expect(try spool.read(spool.append(sample(2))) == sample(2))
        }
    }
}
