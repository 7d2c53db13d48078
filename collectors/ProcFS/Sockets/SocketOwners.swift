import Glibc

/// Finds the process that holds a socket, by the links in `/proc/[pid]/fd`.
///
/// A scan of all processes costs a microsecond for each descriptor on the host. So it happens only for an unknown
/// inode, at most every `rescanIntervalMs`, and in portions: no update looks at more than `portion` descriptors.
/// Between two scans it looks only at processes that are new or already listen. Every owner that it gives was seen with
/// the socket within the last `verifyIntervalMs`; one link shows that. Belongs to one reader and is not safe to share
/// between threads.
package final class SocketOwners {
    /// A process that holds a socket.
    package struct Owner: Sendable, Equatable {
        package var pid: Int32
        package var comm: [UInt8]
    }

    /// The place where a socket was seen, and the time.
    private struct Place {
        var pid: Int32
        var descriptor: Int32
        var seenMs: UInt64
    }

    /// A walk over the descriptors of many processes, one portion at a time.
    private struct Scan {
        /// The processes still to look at; the last one comes first.
        var pids: [Int32]
        var current: (pid: Int32, descriptors: DirectoryStream)?
        var isDenied = false
        /// The inodes that were unknown when it began. Later ones may belong to processes that it has passed.
        var wanted: Set<UInt32> = []
        let startedMs: UInt64
    }

    /// Whether this user could not see the descriptors of some process at the last full scan.
    package private(set) var isDenied = false
    package private(set) var fullScans = 0
    /// How many descriptors the last update looked at.
    package private(set) var looked = 0

    private let folder: String
    private let rescanIntervalMs: UInt64
    private let portion: Int
    private let directory: DirectoryStream
    private var places: [UInt32: Place] = [:]
    private var names: [Int32: (comm: [UInt8], readMs: UInt64)] = [:]
    private var seenPids: Set<Int32> = []
    private var fruitless: Set<UInt32> = []
    /// The inodes that a full scan did not find, and when. They belong to processes out of sight.
    private var givenUpMs: [UInt32: UInt64] = [:]
    private var lastFullScanMs: UInt64?
    private var scan: Scan?

    private static let giveUpMs: UInt64 = 120_000
    /// With the time to the next sample it is ten seconds.
    private static let verifyIntervalMs: UInt64 = 9_000
    /// Opening a folder costs as much as this many links.
    private static let folderCost = 8

    package init(root: String, rescanIntervalMs: UInt64 = 10_000, portion: Int = 8192) throws(ProcFSError) {
        folder = root + "/proc"
        self.rescanIntervalMs = rescanIntervalMs
        self.portion = portion
        directory = try DirectoryStream(path: folder)
    }

    package subscript(inode inode: UInt32) -> Owner? {
        guard let pid = places[inode]?.pid, let name = names[pid] else { return nil }
        return Owner(pid: pid, comm: name.comm)
    }

    /// Looks up the owners of sockets that are not known yet, and verifies the others. `nowMs` is monotonic.
    package func update(
        for sockets: some Sequence<TCPSocket>, datagram: [UDPSocket] = [], nowMs: UInt64
    ) {
        looked = 0
        var unknown: Set<UInt32> = []
        var listeners: Set<Int32> = []
        for socket in sockets where socket.inode != 0 {
            if let pid = verified(socket.inode, nowMs) {
                if socket.state == .listen { listeners.insert(pid) }
            } else {
                unknown.insert(socket.inode)
            }
        }
        for socket in datagram where socket.inode != 0 && verified(socket.inode, nowMs) == nil {
            unknown.insert(socket.inode)
        }
        // A socket out of sight must not cause an expensive scan every ten seconds.
        givenUpMs = givenUpMs.filter { unknown.contains($0.key) && nowMs &- $0.value < Self.giveUpMs }
        unknown.subtract(givenUpMs.keys)
        lookFor(unknown, listeners: listeners, nowMs: nowMs)
        fruitless = unknown.filter { places[$0] == nil }
    }

    private func lookFor(_ unknown: Set<UInt32>, listeners: Set<Int32>, nowMs: UInt64) {
        if scan == nil, !unknown.isEmpty {
            if lastFullScanMs.map({ nowMs &- $0 >= rescanIntervalMs }) ?? true {
                begin(for: unknown, nowMs)
            } else if !unknown.isSubset(of: fruitless) {
                // Sockets that the last look did not find wait for the next full scan.
                let new = directory.numbers().filter { !seenPids.contains($0) }
                var quick = Scan(pids: Array(listeners.prefix(8)) + Array(new.prefix(16)), startedMs: nowMs)
                while looked < portion, step(&quick, nowMs) {}
            }
        }
        guard var scan else { return }
        while looked < portion, step(&scan, nowMs) {}
        if scan.current != nil || !scan.pids.isEmpty {
            self.scan = scan
        } else {
            end(scan, nowMs: nowMs)
        }
    }

    private func begin(for unknown: Set<UInt32>, _ nowMs: UInt64) {
        lastFullScanMs = nowMs
        fullScans += 1
        seenPids.removeAll(keepingCapacity: true)
        // The lowest number comes last, so that the owner is the holder that began first.
        scan = Scan(pids: directory.numbers().reversed(), wanted: unknown, startedMs: nowMs)
    }

    private func end(_ scan: Scan, nowMs: UInt64) {
        self.scan = nil
        isDenied = scan.isDenied
        for inode in scan.wanted where places[inode] == nil { givenUpMs[inode] = nowMs }
        places = places.filter { $0.value.seenMs >= scan.startedMs }
        let pids = Set(places.values.lazy.map(\.pid))
        names = names.filter { pids.contains($0.key) }
    }

    /// Looks at the next process, as far as the portion allows. Returns false if nothing is left.
    private func step(_ scan: inout Scan, _ nowMs: UInt64) -> Bool {
        if scan.current == nil {
            guard let pid = scan.pids.popLast() else { return false }
            seenPids.insert(pid)
            looked += Self.folderCost
            do {
                scan.current = (pid, try DirectoryStream(path: "\(folder)/\(pid)/fd"))
            } catch {
                if error.isDenied { scan.isDenied = true }
                return true
            }
        }
        guard let (pid, descriptors) = scan.current else { return false }
        while looked < portion {
            guard let name = descriptors.nextNumber() else {
                scan.current = nil
                return true
            }
            looked += 1
            guard let inode = Self.socketInode(link: name, in: descriptors.descriptor) else { continue }
            note(inode, Place(pid: pid, descriptor: name, seenMs: nowMs), since: scan.startedMs)
        }
        return true
    }

    /// The process that a scan saw first stays the owner, because several processes may hold one socket.
    private func note(_ inode: UInt32, _ place: Place, since startedMs: UInt64) {
        if let known = places[inode], known.pid != place.pid, known.seenMs >= startedMs { return }
        places[inode] = place
        _ = name(of: place.pid, place.seenMs)
    }

    /// The holder of the socket, if it was seen lately or can be seen now.
    private func verified(_ inode: UInt32, _ nowMs: UInt64) -> Int32? {
        guard let place = places[inode] else { return nil }
        guard nowMs &- place.seenMs >= Self.verifyIntervalMs else { return place.pid }
        looked += 1
        guard Self.socketInode(link: "\(folder)/\(place.pid)/fd/\(place.descriptor)") == inode,
            name(of: place.pid, nowMs) != nil
        else {
            places[inode] = nil
            return nil
        }
        places[inode]?.seenMs = nowMs
        return place.pid
    }

    /// The name of the process, which changes with its program; nil if the process has ended.
    private func name(of pid: Int32, _ nowMs: UInt64) -> [UInt8]? {
        if let known = names[pid], nowMs &- known.readMs < Self.verifyIntervalMs { return known.comm }
        guard let comm = comm(of: pid) else {
            names[pid] = nil
            return nil
        }
        names[pid] = (comm, nowMs)
        return comm
    }

    private static func socketInode(link path: String) -> UInt32? {
        socketInode { readlink(path, $0, $1) }
    }

    private static func socketInode(link number: Int32, in folder: CInt) -> UInt32? {
        // It makes no string, because this runs for each descriptor on the host.
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 12) { name in
            var start = 11
            name[start] = 0
            var rest = number
            repeat {
                start -= 1
                name[start] = CChar(48 + rest % 10)
                rest /= 10
            } while rest > 0
            let first = name.baseAddress.map { $0 + start }
            return first.flatMap { first in socketInode { readlinkat(folder, first, $0, $1) } }
        }
    }

    /// The number in a link `socket:[123]`.
    private static func socketInode(_ readLink: (UnsafeMutablePointer<CChar>, Int) -> Int) -> UInt32? {
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { target in
            guard let base = target.baseAddress else { return nil }
            let length = readLink(base.assumingMemoryBound(to: CChar.self), target.count)
            let prefix: StaticString = "socket:["
            guard length > prefix.utf8CodeUnitCount, memcmp(base, prefix.utf8Start, prefix.utf8CodeUnitCount) == 0
            else { return nil }
            let digits = UnsafeRawBufferPointer(
                rebasing: UnsafeRawBufferPointer(target)[prefix.utf8CodeUnitCount..<length])
            var cursor = ByteCursor(digits)
            return cursor.unsigned().flatMap(UInt32.init(exactly:))
        }
    }

    private func comm(of pid: Int32) -> [UInt8]? {
        let descriptor = open("\(folder)/\(pid)/comm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        bytes.removeSubrange(count...)
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        return bytes
    }
}
