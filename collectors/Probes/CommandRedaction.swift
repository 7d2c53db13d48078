/// Replaces what looks like a secret in a command line by `***`: values behind such options, variables, headers and
/// query fields, and what stands before the `@` of a URL. It errs on the side of hiding.
package enum CommandRedaction {
    static let mask = Array("***".utf8)

    /// Options that hold a secret although their name does not say so, by program.
    private static let shortOptions: [String: [String]] = [
        "curl": ["-u", "--user", "-U", "--proxy-user", "-E"], "wget": ["--user"], "redis-cli": ["-a"],
        "mysql": ["-p"], "mysqldump": ["-p"], "mysqladmin": ["-p"], "mariadb": ["-p"], "sshpass": ["-p"],
        "ldapsearch": ["-w"], "mongo": ["-p"], "mongosh": ["-p"], "smbclient": ["-U"],
        "sqlcmd": ["-P"], "openssl": ["-passin", "-passout", "-k", "-K"],
    ]

    /// The same arguments, redacted.
    package static func redact(_ arguments: [[UInt8]]) -> [[UInt8]] {
        let program = arguments.first.map { $0.split(separator: UInt8(ascii: "/")).last ?? [] } ?? []
        let short = shortOptions[String(decoding: program, as: UTF8.self)] ?? []
        var result: [[UInt8]] = []
        var hidesNext = false
        for (index, argument) in arguments.enumerated() {
            // A long option is no value: the one before was a mere switch.
            if hidesNext, !argument.starts(with: "--".utf8) {
                result.append(mask)
                hidesNext = false
                continue
            }
            if index > 0, let option = short.first(where: { argument.starts(with: $0.utf8) }) {
                let isAlone = argument.count == option.utf8.count
                // `-pSECRET` is one argument; a long option with a longer name is another option.
                if isAlone || !option.hasPrefix("--") {
                    result.append(isAlone ? argument : Array(option.utf8) + mask)
                    hidesNext = isAlone
                    continue
                }
            }
            var scanner = SecretScanner(argument)
            result.append(scanner.redacted())
            hidesNext = scanner.endsBeforeSecret
        }
        return result
    }
}
