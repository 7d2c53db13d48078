/// What a connection on a port that speaks TLS turned out to be. The handler in front, which knows TLS, tells it to the
/// gate as an inbound event, before the first bytes of a request. This library itself knows no TLS.
package enum ConnectionSecurity: Sendable, Equatable {
    /// With the certificate that the client showed, if it showed one that was asked for and is trusted.
    case encrypted(PeerCertificate?)
    /// The client speaks HTTP where TLS is wanted: it is told where to go, and gets nothing else.
    case plain
}

/// Who a client is, by the word of an authority that the server trusts.
package struct PeerCertificate: Sendable, Equatable {
    /// As RFC 4514 writes it: `CN=monitor-1,O=Example`.
    package let subject: String
    /// The most significant common name of the subject.
    package let commonName: String?
    /// The alternative names (RFC 5280 §4.2.1.6), each with its kind: `DNS:a.example`, `email:`, `URI:`, `IP:`.
    package let names: [String]

    package init(subject: String, commonName: String?, names: [String]) {
        (self.subject, self.commonName, self.names) = (subject, commonName, names)
    }
}
