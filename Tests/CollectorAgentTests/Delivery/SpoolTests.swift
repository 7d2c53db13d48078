import Glibc
import TestSupport
import Testing

@testable import CollectorAgent

/// On a real disk, in a folder of its own.
@Suite struct SpoolTests {
    private func sample(_ number: Int, bytes: Int = 30) -> WaitingSample {
        let text = "{\"number\":\(number)}"
        return WaitingSample(
            key: "sa:{web-1}:top", epochMs: Int64(number), lost: UInt32(number % 3),
            bytes: Array(text.utf8) + [UInt8](repeating: 32, count: max(0, bytes - text.utf8.count)))
    }

    private func opened(_ folder: String) throws -> (spool: Spool, places: [SpoolPlace]) {
        let spool = try Spool(folder: folder)
        return (spool, spool.takeRecovered().map(\.place))
    }

    @Test func `gives back what was put in, in this run and in the next`() throws {
        try ScratchFolder.with { folder in
            let (spool, none) = try opened("\(folder)/a/b")
            #expect(none.isEmpty)
            let places = try (0..<5).map { try spool.append(sample($0)) }
            #expect(try places.map(spool.read) == (0..<5).map { sample($0) })
            spool.release(through: places[1])
            spool.close()
            let (again, found) = try opened("\(folder)/a/b")
            #expect(try found.map(again.read) == (2..<5).map { sample($0) })
        }
    }

    @Test func `a folder that others can reach is refused, and so is a link`() throws {
        try ScratchFolder.with { folder in
            mkdir("\(folder)/open", 0o700)
            chmod("\(folder)/open", 0o777)
            #expect(throws: SpoolError.foreign(path: "\(folder)/open", reason: "can be written by others")) {
                try Spool(folder: "\(folder)/open")
            }
            mkdir("\(folder)/own", 0o700)
            symlink("\(folder)/own", "\(folder)/link")
            #expect(throws: SpoolError.foreign(path: "\(folder)/link", reason: "is a link")) {
                try Spool(folder: "\(folder)/link")
            }
            // A link in place of the lock leads elsewhere.
            symlink("\(folder)/elsewhere", "\(folder)/own/lock")
            #expect(throws: SpoolError.self) { try Spool(folder: "\(folder)/own") }
            #expect(access("\(folder)/elsewhere", F_OK) != 0)
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give a folder away"))
    func `a folder of somebody else is refused`() throws {
        try ScratchFolder.with { folder in
            mkdir("\(folder)/theirs", 0o700)
            chown("\(folder)/theirs", 1, 1)
            #expect(throws: SpoolError.foreign(path: "\(folder)/theirs", reason: "belongs to user 1, not to 0")) {
                try Spool(folder: "\(folder)/theirs")
            }
        }
    }

    /// Each Redis has a folder of its own below the one that `--spool` names.
    @Test(arguments: ["", "/"])
    func `the folder that was named is held to the same`(end: String) throws {
        try ScratchFolder.with { folder in
            mkdir("\(folder)/open", 0o700)
            chmod("\(folder)/open", 0o777)
            symlink("\(folder)/own", "\(folder)/link")
            mkdir("\(folder)/own", 0o700)
            for (name, reason) in [("open", "can be written by others"), ("link", "is a link")] {
                let parent = "\(folder)/\(name)"
                #expect(throws: SpoolError.foreign(path: parent, reason: reason)) {
                    try Spool(folder: "\(parent)/redis", within: parent + end)
                }
            }
            #expect(access("\(folder)/own/redis", F_OK) != 0)
            _ = try Spool(folder: "\(folder)/own/redis", within: "\(folder)/own\(end)")
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give a folder away"))
    func `the folder that was named is nobody else's`() throws {
        try ScratchFolder.with { folder in
            mkdir("\(folder)/theirs", 0o700)
            chown("\(folder)/theirs", 1, 1)
            #expect(throws: SpoolError.foreign(path: "\(folder)/theirs", reason: "belongs to user 1, not to 0")) {
                try Spool(folder: "\(folder)/theirs/redis", within: "\(folder)/theirs")
            }
        }
    }

    @Test func `cut at any byte, all whole samples before the cut are there`() throws {
        try ScratchFolder.with { folder in
            let spool = try Spool(folder: folder)
            let places = try (0..<3).map { try spool.append(sample($0)) }
            spool.close()
            let path = SpoolSegment.path(in: folder, number: places[0].segment)
            let end = try #require(places.last).end
            for cut in (0...end).reversed() {
                #expect(truncate(path, off_t(cut)) == 0)
                // Even the file's own heading may be missing.
                let expected = cut < SpoolSegment.headerBytes ? 0 : places.count { $0.end <= cut }
                let (again, found) = try opened(folder)
                #expect(try found.map(again.read) == (0..<expected).map { sample($0) }, "cut at \(cut)")
                again.close()
                if expected == 0 { break }
            }
        }
    }

    @Test func `a flipped bit loses the sample it is in, and nothing that comes later`() throws {
        try ScratchFolder.with { folder in
            let (spool, _) = try opened(folder)
            let places = try (0..<3).map { try spool.append(sample($0)) }
            spool.close()
            let path = SpoolSegment.path(in: folder, number: places[0].segment)
            let descriptor = open(path, O_RDWR)
            var byte: UInt8 = 0
            #expect(pread(descriptor, &byte, 1, off_t(places[1].offset + 30)) == 1)
            byte ^= 0x10
            #expect(pwrite(descriptor, &byte, 1, off_t(places[1].offset + 30)) == 1)
            close(descriptor)
            let (again, found) = try opened(folder)
            #expect(try found.map(again.read) == [sample(0), sample(2)])
            #expect(again.takeUnreadable() == [.damaged(path: path, offset: places[1].offset)])
            let place = try again.append(sample(9))
            again.close()
            let (third, last) = try opened(folder)
            #expect(last.last == place)
            #expect(try last.map(third.read) == [sample(0), sample(2), sample(9)])
        }
    }

    @Test func `a file that is no segment is left alone and named`() throws {
        try ScratchFolder.with { folder in
            let path = SpoolSegment.path(in: folder, number: 7)
            let descriptor = open(path, O_CREAT | O_WRONLY, 0o600)
            #expect(write(descriptor, "something else", 14) == 14)
            close(descriptor)
            let spool = try Spool(folder: folder)
            #expect(spool.takeUnreadable() == [.damaged(path: path, offset: 0)])
            #expect(try spool.append(sample(1)).segment == 8)
            #expect(access(path, F_OK) == 0)
        }
    }

    @Test func `files that were sent are removed`() throws {
        try ScratchFolder.with { folder in
            let spool = try Spool(folder: folder)
            let places = try (0..<30).map { try spool.append(sample($0, bytes: 100_000)) }
            #expect(Set(places.map(\.segment)).count == 3)
            spool.release(through: places[15])
            #expect(access(SpoolSegment.path(in: folder, number: places[0].segment), F_OK) != 0)
            #expect(try spool.read(places[16]) == sample(16, bytes: 100_000))
            spool.release(through: places[29])
            #expect(access(SpoolSegment.path(in: folder, number: places[29].segment), F_OK) != 0)
            let next = try spool.append(sample(31))
            #expect(try spool.read(next) == sample(31))
        }
    }

    @Test func `one process at a time`() throws {
        try ScratchFolder.with { folder in
            let first = try Spool(folder: folder)
            #expect(throws: SpoolError.locked(path: folder)) { try Spool(folder: folder) }
            first.close()
            _ = try Spool(folder: folder)
        }
    }

    @Test func `a folder that cannot be made is an error that names it`() {
        #expect {
            try Spool(folder: "/proc/none/spool")
        } throws: {
            "\($0)" == "cannot make the folder /proc/none: No such file or directory"
        }
    }
}
