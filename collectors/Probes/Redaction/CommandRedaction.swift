/// Replaces what looks like a secret in a command line by `***`: values behind such options, variables, headers and
/// query fields, what stands before the `@` of a URL, and tokens and keys known by their looks.
///
/// It errs on the side of hiding; it cannot know every program.
package enum CommandRedaction {
    static let mask = Array("***".utf8)

    /// The same arguments, redacted; those behind a program's word that makes all the rest a secret are left out.
    package static func redact(_ arguments: [[UInt8]]) -> [[UInt8]] {
        var context = RedactionContext()
        var result: [[UInt8]] = []
        for (index, argument) in arguments.enumerated() where !context.hidesRest {
            var scanner = SecretScanner(argument, isFirst: index == 0, context: context)
            result.append(scanner.redacted())
            context = scanner.context
        }
        return result
    }
}
