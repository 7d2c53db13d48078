internal import NIOCore

/// Keys in the order in which they are to be looked at: as they came, but that no host makes the others wait.
///
/// Of one host a few keys wait in the line of all. What it has beyond that waits in a crowd of its own, and crowds take
/// turns. A host is what stands between the first `{` and the next `}` of a key, as in a hash tag of Redis Cluster; a
/// key without one is a host by itself.
struct FairQueue {
    /// So many keys of one host wait in the line of all.
    static let placesInLine = 32
    /// While others wait in line, every so many keys one of a crowd is taken.
    static let turnOfCrowds = 4

    private struct Entry {
        let key: String
        let host: Int
    }

    private var line = CircularBuffer<Entry>()
    private var inLine: [Int: Int] = [:]
    private var crowds: [Int: CircularBuffer<String>] = [:]
    private var turns = CircularBuffer<Int>()
    private var takenInLine = 0
    private var crowded = 0

    /// With so much room an empty queue begins anew: a flood of keys leaves nothing behind.
    private static let roomKept = 8192

    var count: Int { line.count + crowded }

    mutating func append(_ key: String) {
        let host = Self.host(of: key)
        if crowds[host] == nil, inLine[host, default: 0] < Self.placesInLine {
            inLine[host, default: 0] += 1
            line.append(Entry(key: key, host: host))
            return
        }
        if crowds[host] == nil { turns.append(host) }
        crowds[host, default: CircularBuffer()].append(key)
        crowded += 1
    }

    mutating func popFirst() -> String? {
        if !turns.isEmpty, line.isEmpty || takenInLine >= Self.turnOfCrowds - 1 { return takeOfCrowd() }
        guard let entry = line.popFirst() else { return nil }
        takenInLine += 1
        let left = inLine[entry.host, default: 1] - 1
        inLine[entry.host] = left > 0 ? left : nil
        if line.isEmpty, max(line.capacity, inLine.capacity) > Self.roomKept { (line, inLine) = ([], [:]) }
        return entry.key
    }

    private mutating func takeOfCrowd() -> String? {
        takenInLine = 0
        guard let host = turns.popFirst(), let key = crowds[host]?.popFirst() else { return nil }
        crowded -= 1
        if crowds[host]?.isEmpty == true { crowds[host] = nil } else { turns.append(host) }
        if crowded == 0, crowds.capacity > Self.roomKept { (crowds, turns) = ([:], []) }
        return key
    }

    /// The hash of the host's name: two that share one share their places, which costs them nothing but time.
    private static func host(of key: String) -> Int {
        var hasher = Hasher()
        let tag = key.utf8.drop { $0 != UInt8(ascii: "{") }.prefix { $0 != UInt8(ascii: "}") }
        if tag.isEmpty { hasher.combine(key) } else { for byte in tag { hasher.combine(byte) } }
        return hasher.finalize()
    }
}
