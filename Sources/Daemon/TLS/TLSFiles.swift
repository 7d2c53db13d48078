import NIOCore
import NIOSSL
import Settings

/// The files of a daemon that speaks TLS. All are PEM.
struct TLSFiles: Sendable, Equatable {
    /// Our certificate, with those between it and the authority.
    let certificate: String
    let key: String
    /// The authorities whose clients' certificates are believed; with nil none are asked for.
    var clientAuthority: String?

    /// What stops a set of files from being used: which file, and what to do.
    struct Unusable: Error, Equatable, CustomStringConvertible {
        let setting: String
        let path: String
        let problem: String

        var description: String { "\(setting): '\(path)' \(problem)" }
    }

    /// Reads and checks the files.
    ///
    /// - Parameter now: seconds since 1970.
    func load(now: Int64) throws(Unusable) -> TLSIdentity {
        let chain = try certificates(certificate, "tls-cert")
        let certificate = chain[0]
        let (begins, ends) = (Int64(certificate.notValidBefore), Int64(certificate.notValidAfter))
        guard ends > now else {
            throw problem(
                "tls-cert", self.certificate, "expired on \(UTCDay(ends)); put a new certificate and its key there")
        }
        guard begins <= now else {
            throw problem("tls-cert", self.certificate, "is not valid before \(UTCDay(begins)); is the clock right?")
        }
        let privateKey = try readKey()
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        // A client that does not say goodbye would hold its place for the default of 5 s.
        configuration.shutdownTimeout = .seconds(1)
        if let clientAuthority {
            configuration.trustRoots = .certificates(try certificates(clientAuthority, "tls-client-ca"))
            configuration.certificateVerification = .optionalVerification
            configuration.sendCANameList = true
        }
        do {
            return TLSIdentity(
                context: try NIOSSLContext(configuration: configuration), ends: ends,
                names: certificate.alternativeNames)
        } catch {
            // Each file could be read alone.
            guard case NIOSSLError.failedToLoadPrivateKey = error else {
                throw problem("tls-cert", self.certificate, "cannot be used: \(error)")
            }
            throw problem("tls-key", key, "is not the key of the certificate in '\(self.certificate)'")
        }
    }

    private func problem(_ setting: String, _ path: String, _ text: String) -> Unusable {
        Unusable(setting: setting, path: path, problem: text)
    }

    private func bytes(_ path: String, _ setting: String) throws(Unusable) -> [UInt8] {
        do {
            return Array(try TextFile.read(path).utf8)
        } catch {
            throw problem(setting, path, "cannot be read: \(error)")
        }
    }

    private func certificates(_ path: String, _ setting: String) throws(Unusable) -> [NIOSSLCertificate] {
        let bytes = try bytes(path, setting)
        guard let certificates = try? NIOSSLCertificate.fromPEMBytes(bytes), !certificates.isEmpty else {
            throw problem(setting, path, "holds no certificate in PEM form")
        }
        return certificates
    }

    private func readKey() throws(Unusable) -> NIOSSLPrivateKey {
        if let exposure = SecretFile.exposure(of: key) {
            throw problem("tls-key", key, "is too open: \(exposure.description); \(SecretFile.remedy)")
        }
        let bytes = try bytes(key, "tls-key")
        guard let privateKey = try? NIOSSLPrivateKey(bytes: bytes, format: .pem) else {
            throw problem("tls-key", key, "holds no private key in PEM form without a passphrase")
        }
        return privateKey
    }
}

/// A certificate with its key, ready to serve connections.
struct TLSIdentity: Sendable {
    let context: NIOSSLContext
    /// When the certificate ends, in seconds since 1970.
    let ends: Int64
    /// The alternative names of the certificate.
    let names: [String]

    /// `ends on 2027-01-31, in 60 days`
    func ending(now: Int64) -> String { "ends on \(UTCDay(ends)), in \(max(0, ends - now) / 86_400) days" }

    /// Whether it is time to care for the next one.
    func endsSoon(now: Int64) -> Bool { ends - now < 14 * 86_400 }
}

/// A day in UTC, from seconds since 1970, as `2027-01-31`.
struct UTCDay: CustomStringConvertible {
    let description: String

    init(_ seconds: Int64) {
        // Howard Hinnant's days_from_civil the other way round; years begin in March.
        let days = (seconds >= 0 ? seconds : seconds - 86_399) / 86_400 + 719_468
        let era = (days >= 0 ? days : days - 146_096) / 146_097
        let day = days - era * 146_097
        let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365
        let dayOfYear = day - (365 * year + year / 4 - year / 100)
        let month = (5 * dayOfYear + 2) / 153
        func padded(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let civilMonth = month < 10 ? month + 3 : month - 9
        let civilYear = year + era * 400 + (civilMonth <= 2 ? 1 : 0)
        description = "\(civilYear)-\(padded(civilMonth))-\(padded(dayOfYear - (153 * month + 2) / 5 + 1))"
    }
}
