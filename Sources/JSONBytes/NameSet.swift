/// The names of one object's members, to find a name that occurs twice.
///
/// A name costs O(its length), however many there are. The names are in a hash table, and only names with equal hashes
/// are compared. Nobody outside knows the seed of the hash, so nobody can choose names that collide.
struct NameSet {
    private struct Entry {
        let hash: UInt64
        /// Where the name is in the text, with its escapes.
        let name: Range<Int>
        let isEscaped: Bool
    }

    /// Up to this many entries are searched one by one, without a table.
    private static let searched = 8
    private static let seed = UInt64.random(in: .min ... .max)

    private let bytes: UnsafeBufferPointer<UInt8>
    private var entries: [Entry] = []
    /// Open addressing: indices into `entries` plus one; 0 is an empty place. The length is a power of two.
    private var table: [UInt32] = []

    init(of bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        entries.reserveCapacity(32)
    }

    /// - Parameter name: the offsets between the quotes.
    /// - Returns: `false` if the set has an equal name already. Escapes are decoded before names are compared.
    mutating func insert(_ name: Range<Int>) -> Bool {
        let raw = bytes[name]
        guard raw.contains(UInt8(ascii: "\\")) else {
            return insert(
                Entry(
                    hash: Self.hash(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: raw))), name: name,
                    isEscaped: false))
        }
        let hash = Self.unescaped(raw).withUnsafeBytes(Self.hash)
        return insert(Entry(hash: hash, name: name, isEscaped: true))
    }

    private mutating func insert(_ entry: Entry) -> Bool {
        if entries.count < Self.searched {
            if entries.contains(where: { isEqual($0, entry) }) { return false }
            entries.append(entry)
            return true
        }
        if 2 * entries.count >= table.count { grow() }
        let free = slot(of: entry)
        if table[free] != 0 { return false }
        entries.append(entry)
        table[free] = UInt32(truncatingIfNeeded: entries.count)
        return true
    }

    /// Where the entry is, or where it belongs.
    private func slot(of entry: Entry) -> Int {
        let mask = table.count - 1
        var slot = Int(truncatingIfNeeded: entry.hash) & mask
        while table[slot] != 0, !isEqual(entries[Int(table[slot]) - 1], entry) { slot = (slot + 1) & mask }
        return slot
    }

    private mutating func grow() {
        table = [UInt32](repeating: 0, count: max(64, 2 * table.count))
        for (index, entry) in entries.enumerated() { table[slot(of: entry)] = UInt32(truncatingIfNeeded: index + 1) }
    }

    private func isEqual(_ left: Entry, _ right: Entry) -> Bool {
        guard left.hash == right.hash else { return false }
        if !left.isEscaped, !right.isEscaped { return bytes[left.name].elementsEqual(bytes[right.name]) }
        return Self.unescaped(bytes[left.name]) == Self.unescaped(bytes[right.name])
    }

    private static func unescaped(_ raw: Slice<UnsafeBufferPointer<UInt8>>) -> [UInt8] {
        Array(JSONValue.text(of: raw).utf8)
    }

    private static func hash(_ name: UnsafeRawBufferPointer) -> UInt64 {
        var hash = mix(seed ^ UInt64(name.count))
        var offset = 0
        while offset + 8 <= name.count {
            hash = mix(hash ^ name.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        var rest: UInt64 = 0
        while offset < name.count {
            rest = rest << 8 | UInt64(name[offset])
            offset += 1
        }
        return mix(hash ^ rest)
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        let product = (value ^ seed).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
        return product.high ^ product.low
    }
}
