/// A command line as a sample shows it: redacted, cut, whole characters.
package enum CommandText {
    /// The most bytes of a command line in a sample.
    package static let maxBytes = 256
    /// Arguments behind so many bytes are not looked at: a secret among them is not sent either.
    private static let maxExamined = 4096
    /// An argument is looked at whole or not at all: half a secret does not look like one.
    private static let maxArgument = 64 * 1024

    /// The arguments in one line; nil where there are none, as with kernel threads. `further` hides what this host's
    /// own rules name, before the line is cut.
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

    /// The first `limit` bytes, less a character that the cut would split.
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
/// It errs on the side of hiding; it cannot know every program.
package enum CommandRedaction {
    /// The same arguments, redacted; those behind a program's word that makes all the rest a secret are left out.
    package static func redact(_ arguments: [[UInt8]]) -> [[UInt8]] {
        var context = RedactionContext(traits: CommandTraits(arguments))
        var result: [[UInt8]] = []
        for (index, argument) in arguments.enumerated() where !context.hidesRest {
            var scanner = SecretScanner(argument, isFirst: index == 0, context: context)
            result.append(scanner.redacted())
            context = scanner.context
        }
        return result
    }
}
