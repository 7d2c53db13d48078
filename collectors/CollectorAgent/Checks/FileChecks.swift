import Glibc
import Probes
import RedisClient
import Settings

/// Finds files with secrets of this program that other users can read.
enum SecretFileCheck {
    static func findings(_ configuration: CollectorConfiguration) -> [CheckFinding] {
        let options = configuration.redisOptions
        let files = [options.passwordFile, options.sentinelPasswordFile, options.tls.keyFile].compactMap(\.self)
        return files.compactMap { file in
            SecretFile.exposure(of: file).map {
                CheckFinding(file, .failed, "\($0.description); \(SecretFile.remedy)")
            }
        }
    }
}

/// Checks whether samples could wait on disk.
enum SpoolCheck {
    static func findings(_ configuration: CollectorConfiguration) -> [CheckFinding] {
        guard let folder = configuration.spool else {
            return [CheckFinding("spool", .fine, "none: samples wait in memory while Redis is away")]
        }
        return configuration.targets.map { endpoint in
            let path = SpoolFolder.path(in: folder, for: endpoint)
            do throws(SpoolError) {
                let spool = try Spool(folder: path, within: folder)
                defer { spool.close() }
                let waiting = spool.takeRecovered().count
                return CheckFinding(path, .fine, "writable, \(waiting) samples wait\(space(path))")
            } catch {
                if case .locked = error { return CheckFinding(path, .fine, "in use by a running collector") }
                return CheckFinding(path, .failed, "\(error)")
            }
        }
    }

    private static func space(_ path: String) -> String {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return "" }
        return ", \((UInt64(status.f_bavail) * UInt64(status.f_frsize)) >> 20) MiB free"
    }
}
