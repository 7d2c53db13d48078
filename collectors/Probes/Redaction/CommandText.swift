/// A command line as in a sample: redacted and cut, with whole characters.
package enum CommandText {
    /// The most bytes of a command line in a sample.
    package static let maxBytes = 256
    /// Arguments after this many bytes are not looked at. They are not sent either, so a secret among them does no
    /// harm.
    private static let maxExamined = 4096
    /// An argument is looked at as a whole or not at all, because half a secret does not look like one.
    private static let maxArgument = 64 * 1024

    /// The arguments in one line; nil if there are none, as with kernel threads. `further` hides what this host's own
    /// rules name, before the line is cut.
    package static func make(
        arguments: [[UInt8]], further: ([UInt8]) -> [UInt8] = { $0 }
    ) -> [UInt8]? {
        guard !arguments.isEmpty else { return nil }
        var room = maxExamined
        var examined: [[UInt8]] = []
        for argument in arguments where room > 0 {
            guard argument.count <= maxArgument else { break }
            examined.append(argument)
            room -= argument.count + 1
        }
        let redacted = CommandRedaction.redact(examined)
        let line = [UInt8](redacted.joined(separator: CollectionOfOne(UInt8(ascii: " "))))
        return [UInt8](cut(further(line), to: maxBytes))
    }

    /// The first `limit` bytes, without a character that the cut would split.
    package static func cut(_ bytes: [UInt8], to limit: Int) -> ArraySlice<UInt8> {
        guard bytes.count > limit else { return bytes[...] }
        var end = max(0, limit)
        while end > 0, end > limit - 4, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return bytes[..<end]
    }
}

/// Replaces what looks like a secret in a command line by `***`: values behind such options, variables, headers and
/// query fields, what stands before the `@` of a URL, and tokens and keys known by their looks.
///
/// It rather hides too much, but it cannot know every program.
package enum CommandRedaction {
    /// What lies behind so many bytes is not sent, even if rules of this host make the line shorter, so it need not be
    /// looked at: compilers have lines of many kilobytes.
    private static let enough = 4 * CommandText.maxBytes

    /// The redacted arguments, about ``enough`` bytes of them. If a word of the program makes all the rest a secret, the rest is left out.
    package static func redact(_ arguments: [[UInt8]]) -> [[UInt8]] {
        var context = RedactionContext(traits: CommandTraits(arguments))
        var result: [[UInt8]] = []
        var room = enough
        for (index, argument) in arguments.enumerated() where !context.hidesRest && room > 0 {
            var scanner = SecretScanner(argument, isFirst: index == 0, context: context)
            result.append(scanner.redacted(upTo: room))
            context = scanner.context
            room -= result[result.count - 1].count + 1
        }
        return result
    }
}
