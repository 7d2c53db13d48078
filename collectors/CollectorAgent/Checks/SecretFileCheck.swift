import Glibc
import RedisClient

/// Finds files with secrets of this program that other users can read.
enum SecretFileCheck {
    static func findings(_ configuration: CollectorConfiguration) -> [CheckFinding] {
        let options = configuration.redisOptions
        let files = [options.passwordFile, options.sentinelPasswordFile, options.tls.keyFile].compactMap(\.self)
        return files.compactMap { file in
            problem(of: file).map { CheckFinding(file, .failed, "\($0); chmod 600 it and change the secret") }
        }
    }

    /// What others may do with the file; nil where they may nothing, or it is not there, which is told elsewhere.
    static func problem(of file: String) -> String? {
        var status = stat()
        guard stat(file, &status) == 0 else { return nil }
        if status.st_mode & 0o022 != 0 { return "others can change this secret" }
        return status.st_mode & 0o004 != 0 ? "every user of this host can read this secret" : nil
    }
}
