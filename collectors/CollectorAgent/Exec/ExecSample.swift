package import JSONBytes
package import Probes
package import SampleContract

/// Why a line of a probe is not a sample.
package enum ExecLineError: Error, Equatable, CustomStringConvertible {
    case notObject(JSONError)
    /// Some readers would take the first of the two, others the last.
    case doubledMember(String)

    package var description: String {
        switch self {
        case .notObject(let error): "no JSON object: \(error)"
        case .doubledMember(let name): "the member '\(name)' stands twice; each name may stand once"
        }
    }
}

/// A sample of a command's probe: the line of JSON, with our own fields before and after it.
package struct ExecSample: Sendable {
    /// The names of our own fields. Members of the line with these names are left out.
    private static let envelope: Set<String> = [
        "id", "host", "probe", "t", "v", "boot", "seq", "intervalMs", "dtMs", "flags",
    ]

    package var header: SampleHeader
    package var flags: SampleFlags

    package init(header: SampleHeader, flags: SampleFlags) {
        self.header = header
        self.flags = flags
    }

    /// Makes the sample around `line`. The other members of the line stay byte for byte.
    ///
    /// It refuses what the daemon would reject. The writer of the command reads the log here, not there.
    package func encode(_ line: [UInt8]) throws(ExecLineError) -> OpenSample {
        do throws(JSONError) {
            _ = try JSONScanner.topLevelValues(line, keys: [])
        } catch {
            throw .notObject(error)
        }
        var writer = JSONWriter(reservingCapacity: line.count + 256)
        header.write(into: &writer)
        var hasOwnLost = false
        for member in Self.members(of: line) {
            let name = Self.text(of: line[member.name])
            if Self.envelope.contains(name) { continue }
            if name == "lost" { hasOwnLost = true }
            writer.raw(line[member.name.lowerBound..<member.end])
        }
        let sample = OpenSample(header, writer, flags: flags, hasOwnLost: hasOwnLost)
        let bytes = sample.bytes
        do throws(JSONError) {
            _ = try JSONScanner.topLevelValues(bytes, keys: [], refusesDoubles: true)
        } catch {
            guard case .duplicateMember(let offset) = error else { throw .notObject(error) }
            throw .doubledMember(Self.name(at: offset, in: bytes))
        }
        return sample
    }

    /// One member: its name with the quotes, and the end of its value.
    private struct Member {
        var name: Range<Int>
        var end: Int
    }

    /// Walks over the members of an object that is known to be valid, so only strings and depth matter.
    private static func members(of line: [UInt8]) -> [Member] {
        var found: [Member] = []
        var name: Range<Int>?
        var end = 0
        var depth = 0
        var index = 0
        while index < line.count {
            let start = index
            switch line[index] {
            case UInt8(ascii: "\""):
                index = endOfString(in: line, from: index)
                if depth == 1, name == nil { name = start..<index }
                end = index
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                end = index + 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0, let name { found.append(Member(name: name, end: end)) }
                end = index + 1
            case UInt8(ascii: ",") where depth == 1:
                if let name { found.append(Member(name: name, end: end)) }
                name = nil
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"):
                break
            default:
                end = index + 1
            }
            index += 1
        }
        return found
    }

    private static func endOfString(in line: [UInt8], from start: Int) -> Int {
        var index = start + 1
        while index < line.count, line[index] != UInt8(ascii: "\"") {
            index += line[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(index + 1, line.count)
    }

    /// Reads the name that begins at that place, after the quote.
    private static func name(at offset: Int, in bytes: [UInt8]) -> String {
        text(of: bytes[offset - 1..<endOfString(in: bytes, from: offset - 1)])
    }

    private static func text(of name: ArraySlice<UInt8>) -> String {
        (try? JSONValue(parsing: Array(name)))?.string ?? ""
    }
}
