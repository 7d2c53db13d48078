import KeyspaceFollower
import NIOCore
import NIOHTTP1
import RedisClient
import Settings
import SocketIOServer
import StreamAssembly

/// The configuration of each part.
extension DaemonConfiguration {
    /// - Throws: `RedisURLError`.
    func redis() throws -> RedisConfiguration {
        RedisConfiguration(
            endpoint: try RedisEndpoint(url: redisURL), options: redisOptions, clientName: "streamassembler")
    }

    func follower(_ redis: RedisConfiguration) -> FollowerConfiguration {
        var follower = FollowerConfiguration(redis: redis)
        follower.prefix = prefix
        follower.preference = follow
        // Neither more nor less: what the follower holds for known it does not tell again, so that the window would
        // lack for good what it had no room for when newer samples have left.
        follower.perKey = window.perKey
        follower.pollInterval = poll
        let skew = maxSkew.milliseconds
        follower.latestScore = { Double(WallClock.milliseconds() + skew) }
        let (prefix, maxBytes) = (prefix, StreamAssembler.Configuration().maxMemberBytes)
        follower.isSample = { row, key in
            let key = StreamKey(key, prefix: prefix)
            return (try? Sample(row, of: key, maxTime: .infinity, maxBytes: maxBytes)) != nil
        }
        return follower
    }

    /// - Throws: `WindowLimits.Invalid`.
    func assembler() throws -> StreamAssembler.Configuration {
        var assembler = StreamAssembler.Configuration()
        assembler.limits = try WindowLimits(
            samples: window.samples, bytes: window.bytes, ageMs: Double(window.age.milliseconds),
            perKey: window.perKey)
        assembler.maxSkewMs = Double(maxSkew.milliseconds)
        assembler.prefix = prefix
        return assembler
    }

    var server: SocketIOServerConfiguration {
        var server = SocketIOServerConfiguration()
        server.host = host
        server.port = port
        server.origins = .sameOrigin(also: allowedOrigins)
        server.overflow = .resync
        // A hundred hosts that tick together cause a burst of this size each second. That alone does not mean that a
        // client needs the window anew. Clients with the same selection share these bytes.
        server.limits.resyncBytes = 1 << 20
        // A page asks now and then. A client that asks more often is read more slowly.
        server.limits.inboundPacketsPerSecond = 1_000
        server.limits.inboundBytesPerSecond = 2_000_000
        server.limits.connections = maxClients
        server.trustedProxies = trustedProxies
        server.pingInterval = pingInterval
        server.messageCompression.clients = compression
        server.settingNames.trustedProxy = "--trusted-proxy"
        server.settingNames.allowedOrigin = "--allowed-origin"
        server.limits.connectionsPerAddress = connectionsPerAddress
        server.limits.handshakesPerAddress = min(connectionsPerAddress, server.limits.handshakesPerAddress)
        // These are connections of this machine, or of many people. Behind a trusted proxy, sessions are counted for
        // each client.
        server.limits.unlimitedAddresses = AddressRange.loopback + trustedProxies.ranges
        // The page joins with its first packet.
        server.connectTimeout = .seconds(10)
        server.responseHeaders = SecurityHeaders.all
        // RFC 6797 §7.2: never by plain HTTP.
        if hsts > .zero {
            server.encryptedResponseHeaders = ["strict-transport-security": "max-age=\(hsts.milliseconds / 1000)"]
        }
        if token == nil {
            let names = hostNames
            server.refuseRequest = { names.refusal(of: $0, from: $1) }
        }
        return server
    }

    /// Nil where the port speaks plain HTTP.
    var tlsFiles: TLSFiles? {
        guard let tlsCertificate, let tlsKey else { return nil }
        return TLSFiles(certificate: tlsCertificate, key: tlsKey, clientAuthority: tlsClientAuthority)
    }

    /// The names under which the daemon answers if no token guards it.
    var hostNames: HostNames { HostNames(allowedOrigins: allowedOrigins, proxies: trustedProxies) }

    /// The dashboard's URL.
    func url(at address: SocketAddress) -> String {
        let host = host.contains(":") ? "[\(host)]" : host
        return "\(tlsFiles == nil ? "http" : "https")://\(host):\(address.port ?? port)"
    }
}
