import Glibc
import SeededRandom

/// Where the parsers' inputs come from: the kernel files of the fixture trees, bent; and noise.
struct KernelInputs {
    /// By file, as `proc/[pid]/stat`.
    private let originals: [String: [[UInt8]]]

    /// More of a file adds time, not cases.
    private static let longest = 3000
    private static let telling =
        Array("0123456789-: \n\n\t().,=/[]%aAfFxz".utf8) + [0x00, 0x1B, 0x7F, 0x80, 0xC3, 0xE2, 0xFF]
    private static let numbers = [
        "18446744073709551615", "18446744073709551616", "9223372036854775808", "-9223372036854775808", "-1", "0",
        "4294967295", "99999999999999999999999999", "1e9", "0x10", "1.7976931348623157e308", "00000000",
    ].map { Array($0.utf8) }

    /// Throws where the fixture trees are not beside this source.
    init(paths: [String], file: String = #filePath) throws(KernelInputsMissing) {
        let folder = "/" + file.split(separator: "/").dropLast(2).joined(separator: "/") + "/ProcFSTests/Fixtures"
        var found: [String: [[UInt8]]] = [:]
        for path in paths {
            for tree in Self.names(in: folder) {
                let pids =
                    path.contains("[pid]") ? Self.names(in: "\(folder)/\(tree)/proc").filter(Self.isNumber) : [""]
                for pid in pids {
                    let bytes = Self.bytes("\(folder)/\(tree)/\(path.replacing("[pid]", with: pid))")
                    if let bytes { found[path, default: []].append(Array(bytes.prefix(Self.longest))) }
                }
            }
            guard found[path] != nil else { throw KernelInputsMissing(path: path, folder: folder) }
        }
        originals = found
    }

    func next(_ path: String, using random: inout SeededGenerator) -> [UInt8] {
        if UInt8.random(in: 0..<32, using: &random) == 0 { return Inputs.noise(using: &random) }
        var bytes = original(path, using: &random)
        Self.bend(&bytes, times: Int.random(in: 0...4, using: &random), using: &random)
        return bytes
    }

    func original(_ path: String, using random: inout SeededGenerator) -> [UInt8] {
        originals[path]?.randomElement(using: &random) ?? []
    }

    static func bend(_ bytes: inout [UInt8], times: Int, using random: inout SeededGenerator) {
        for _ in 0..<times {
            let place = Int.random(in: 0...bytes.count, using: &random)
            let end = min(bytes.count, place + Int.random(in: 0...40, using: &random))
            let byte = telling[Int.random(in: 0..<telling.count, using: &random)]
            switch UInt8.random(in: 0..<9, using: &random) {
            case 0: if place < bytes.count { bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random) }
            case 1, 2: if place < bytes.count { bytes[place] = byte }
            case 3: bytes.insert(byte, at: place)
            case 4: bytes.removeSubrange(place..<end)
            case 5: bytes.removeSubrange(place...)
            case 6: bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
            case 7: bytes.replaceSubrange(place..<end, with: numbers.randomElement(using: &random) ?? [])
            default:
                bytes.insert(contentsOf: repeatElement(byte, count: Int.random(in: 1...100, using: &random)), at: place)
            }
        }
    }

    private static func isNumber(_ name: String) -> Bool { name.allSatisfy(\.isNumber) }

    private static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        // The same seed gives the same inputs in every folder order.
        return names.sorted()
    }

    private static func bytes(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var piece = [UInt8](repeating: 0, count: 64 * 1024)
        let count = read(descriptor, &piece, piece.count)
        return count >= 0 ? Array(piece[..<count]) : nil
    }
}

/// No fixture tree holds a file that a parser is tried on.
struct KernelInputsMissing: Error, CustomStringConvertible {
    var path: String
    var folder: String

    var description: String { "no \(path) under \(folder)" }
}
