import Glibc

/// Which process holds a socket, found through the links in `/proc/[pid]/fd`.
///
/// A scan of every process costs milliseconds, so it happens only for an unknown inode and at most every
/// `rescanIntervalMs`; between two scans only processes that are new or already listen are looked at.
/// Belongs to one reader and is not safe to share between threads.
package final class SocketOwners {
    /// A process that holds a socket.
    package struct Owner: Sendable, Equatable {
        package var pid: Int32
        package var comm: [UInt8]
    }

    /// What an update has to look at.
    private enum Scan {
        case nothing
        case processes([Int32])
        case everything
    }

    /// Whether some process kept its descriptors from this user at the last full scan.
    package private(set) var isDenied = false
    package private(set) var fullScans = 0

    private let folder: String
    private let rescanIntervalMs: UInt64
    private let directory: DirectoryStream
    private var pidByInode: [UInt32: Int32] = [:]
    private var commByPid: [Int32: [UInt8]] = [:]
    private var seenPids: Set<Int32> = []
    private var fruitless: Set<UInt32> = []
    /// Inodes that a full scan did not find, and when: they belong to processes out of sight.
    private var givenUpMs: [UInt32: UInt64] = [:]
    private var lastFullScanMs: UInt64?

    package init(root: String, rescanIntervalMs: UInt64 = 10_000) throws(ProcFSError) {
        folder = root + "/proc"
        self.rescanIntervalMs = rescanIntervalMs
        directory = try DirectoryStream(path: folder)
    }

    package subscript(inode inode: UInt32) -> Owner? {
        guard let pid = pidByInode[inode], let comm = commByPid[pid] else { return nil }
        return Owner(pid: pid, comm: comm)
    }

    /// Looks up the owners of those sockets that are not known yet; `nowMs` is monotonic.
    package func update(
        for sockets: some Sequence<TCPSocket>, datagram: [UDPSocket] = [], nowMs: UInt64
    ) {
        var unknown: Set<UInt32> = []
        var listeners: Set<Int32> = []
        for socket in sockets where socket.inode != 0 {
            if let pid = pidByInode[socket.inode] {
                if socket.state == .listen { listeners.insert(pid) }
            } else {
                unknown.insert(socket.inode)
            }
        }
        for socket in datagram where socket.inode != 0 && pidByInode[socket.inode] == nil {
            unknown.insert(socket.inode)
        }
        // A socket out of sight must not make every tenth second expensive for ever.
        givenUpMs = givenUpMs.filter { unknown.contains($0.key) && nowMs &- $0.value < Self.giveUpMs }
        unknown.subtract(givenUpMs.keys)
        switch scan(for: unknown, listeners: listeners, nowMs: nowMs) {
        case .nothing:
            return
        case .processes(let pids):
            for pid in pids { _ = look(into: pid) }
        case .everything:
            scanEverything(nowMs: nowMs)
            for inode in unknown where pidByInode[inode] == nil { givenUpMs[inode] = nowMs }
        }
        fruitless = unknown.filter { pidByInode[$0] == nil }
    }

    private static let giveUpMs: UInt64 = 120_000

    private func scan(for unknown: Set<UInt32>, listeners: Set<Int32>, nowMs: UInt64) -> Scan {
        if unknown.isEmpty { return .nothing }
        guard let last = lastFullScanMs, nowMs &- last < rescanIntervalMs else { return .everything }
        // What the last look did not find waits for the next full scan.
        if unknown.isSubset(of: fruitless) { return .nothing }
        let new = directory.numbers().filter { !seenPids.contains($0) }
        return .processes(Array(new.prefix(16)) + Array(listeners.prefix(8)))
    }

    private func scanEverything(nowMs: UInt64) {
        lastFullScanMs = nowMs
        fullScans += 1
        isDenied = false
        pidByInode.removeAll(keepingCapacity: true)
        commByPid.removeAll(keepingCapacity: true)
        seenPids.removeAll(keepingCapacity: true)
        for pid in directory.numbers() where look(into: pid) == EACCES { isDenied = true }
    }

    /// Notes every socket the process holds; gives the `errno` where its descriptors cannot be listed.
    private func look(into pid: Int32) -> CInt {
        seenPids.insert(pid)
        let descriptors: DirectoryStream
        do {
            descriptors = try DirectoryStream(path: "\(folder)/\(pid)/fd")
        } catch {
            if case .unreadable(_, let errno) = error { return errno }
            return 0
        }
        var found = false
        descriptors.forEachName { name in
            guard let inode = Self.socketInode(link: name, in: descriptors.descriptor) else { return }
            pidByInode[inode] = pid
            found = true
        }
        if found, commByPid[pid] == nil { commByPid[pid] = comm(of: pid) }
        return 0
    }

    /// The number in a link that reads `socket:[123]`.
    private static func socketInode(link name: UnsafePointer<CChar>, in folder: CInt) -> UInt32? {
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { target in
            guard let base = target.baseAddress else { return nil }
            let length = readlinkat(folder, name, base.assumingMemoryBound(to: CChar.self), target.count)
            let prefix: StaticString = "socket:["
            guard length > prefix.utf8CodeUnitCount, memcmp(base, prefix.utf8Start, prefix.utf8CodeUnitCount) == 0
            else { return nil }
            let digits = UnsafeRawBufferPointer(
                rebasing: UnsafeRawBufferPointer(target)[prefix.utf8CodeUnitCount..<length])
            var cursor = ByteCursor(digits)
            return cursor.unsigned().flatMap(UInt32.init(exactly:))
        }
    }

    private func comm(of pid: Int32) -> [UInt8] {
        let descriptor = open("\(folder)/\(pid)/comm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return [] }
        bytes.removeSubrange(count...)
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        return bytes
    }
}
