internal import NIOCore
internal import NIOSSL

/// What a `rediss://` connection trusts and shows. The files are PEM, and are read again for each connection.
package struct RedisTLS: Sendable, Hashable {
    /// The certificates of the authorities to trust. Nil trusts those of the system.
    package var authorityFile: String?
    /// Our own certificate, with those between it and the authority. Needs ``keyFile``.
    package var certificateFile: String?
    package var keyFile: String?
    /// The name that the server's certificate must have, also sent as SNI. Nil takes the host of the URL.
    package var serverName: String?

    package init(
        authorityFile: String? = nil, certificateFile: String? = nil, keyFile: String? = nil, serverName: String? = nil
    ) {
        self.authorityFile = authorityFile
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        self.serverName = serverName
    }

    /// Throws where a file cannot be used. The error names the file.
    package func checkFiles() throws(RedisFileError) {
        _ = try context()
    }

    func context() throws(RedisFileError) -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        // With the default, a server that stalls would delay each close by 5 s.
        configuration.shutdownTimeout = .milliseconds(500)
        if let authorityFile { configuration.trustRoots = .certificates(try Self.certificates(in: authorityFile)) }
        if let certificateFile, let keyFile {
            configuration.certificateChain = try Self.certificates(in: certificateFile).map { .certificate($0) }
            configuration.privateKey = .privateKey(try Self.key(in: keyFile))
        }
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            // Each file can be used alone, but not together with the others.
            throw RedisFileError(
                path: keyFile ?? authorityFile ?? "",
                reason: certificateFile.map { "is not the key of the certificate in '\($0)'" }
                    ?? "cannot be used: \(error)")
        }
    }

    private static func certificates(in path: String) throws(RedisFileError) -> [NIOSSLCertificate] {
        let bytes = try RedisFile(path: path).bytes()
        guard let certificates = try? NIOSSLCertificate.fromPEMBytes(bytes), !certificates.isEmpty else {
            throw RedisFileError(path: path, reason: "holds no certificate in PEM form")
        }
        return certificates
    }

    private static func key(in path: String) throws(RedisFileError) -> NIOSSLPrivateKey {
        let bytes = try RedisFile(path: path).bytes()
        guard let key = try? NIOSSLPrivateKey(bytes: bytes, format: .pem) else {
            throw RedisFileError(path: path, reason: "holds no private key in PEM form without a passphrase")
        }
        return key
    }
}
