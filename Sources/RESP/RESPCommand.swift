internal import CHiredis

/// One argument of a command: Redis takes byte strings only, the other forms are written as decimal text.
package enum RESPArgument: Sendable, Hashable {
    case string(String)
    case bytes([UInt8])
    case integer(Int64)
    /// Written in the shortest form that reads back as the same value: safe as a score.
    case double(Double)

    package static func integer(_ value: Int) -> Self { .integer(Int64(value)) }
}

extension RESPArgument: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral {
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
}

/// One command with its arguments, formatted for the wire by hiredis: arguments may hold any bytes.
///
/// The description names the command and the number of its arguments, never their content, which may be a password.
package struct RESPCommand: Sendable, Hashable, CustomStringConvertible {
    package let name: String
    /// All words one after the other, the name first; `ends[i]` is where word `i` ends.
    private var storage: [UInt8]
    private var ends: [Int]

    package init(_ name: String, _ arguments: RESPArgument...) {
        self.init(name, arguments)
    }

    package init(_ name: String, _ arguments: [RESPArgument]) {
        self.name = name
        storage = Array(name.utf8)
        ends = [storage.count]
        ends.reserveCapacity(1 + arguments.count)
        for argument in arguments { append(argument) }
    }

    package mutating func append(_ argument: RESPArgument) {
        switch argument {
        case .string(let text): storage.append(contentsOf: text.utf8)
        case .bytes(let bytes): storage.append(contentsOf: bytes)
        case .integer(let value): storage.append(contentsOf: String(value).utf8)
        case .double(let value): storage.append(contentsOf: value.description.utf8)
        }
        ends.append(storage.count)
    }

    package var argumentCount: Int { ends.count - 1 }

    /// About the number of bytes on the wire, never less: what to reserve.
    package var wireBytesEstimate: Int { storage.count + 16 * ends.count + 16 }

    package var description: String { "\(name) (\(argumentCount) arguments)" }

    /// Calls `body` with the wire form, a RESP array of bulk strings; the pointer is valid during the call only.
    package func withWireBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) throws(RESPError) -> Result {
        guard let count = Int32(exactly: ends.count) else { throw .outOfMemory }
        var formatted: UnsafeMutablePointer<CChar>?
        let length = storage.withUnsafeBytes { bytes in
            // Never dereferenced where the length is 0, but hiredis wants a pointer for every word.
            let base = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1)
            var start = 0
            var words: [UnsafePointer<CChar>?] = []
            var lengths: [Int] = []
            words.reserveCapacity(ends.count)
            lengths.reserveCapacity(ends.count)
            for end in ends {
                words.append(base?.advanced(by: start).assumingMemoryBound(to: CChar.self))
                lengths.append(end - start)
                start = end
            }
            return Int(redisFormatCommandArgv(&formatted, count, &words, &lengths))
        }
        guard length >= 0, let formatted else { throw .outOfMemory }
        defer { redisFreeCommand(formatted) }
        return body(UnsafeRawBufferPointer(start: formatted, count: length))
    }
}
