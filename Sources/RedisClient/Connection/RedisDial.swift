import Glibc
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// Opens the channel for any kind of connection to one server, and waits until its handshake is done.
enum RedisDial {
    /// `initialize` adds the handler, which completes the promise when the handshake is done.
    ///
    /// Cancellation closes the channel at once, at whatever point it is.
    static func connect<Connection: Sendable>(
        _ configuration: RedisConfiguration, on eventLoop: any EventLoop,
        initialize: @escaping @Sendable (any Channel, EventLoopPromise<Void>) throws -> Connection
    ) async throws(RedisError) -> Connection {
        let layer = try await RedisTransportLayer(configuration)
        let ready = eventLoop.makePromise(of: Void.self)
        let opened = Mutex<(any Channel)?>(nil)
        do {
            return try await withTaskCancellationHandler {
                let connection = try await open(configuration, on: eventLoop) { channel in
                    opened.withLock { $0 = channel }
                    return channel.eventLoop.makeCompletedFuture {
                        try layer.install(on: channel)
                        return try initialize(channel, ready)
                    }
                }
                if Task.isCancelled { opened.withLock { $0 }?.close(promise: nil) }
                try await ready.futureResult.get()
                return connection
            } onCancel: {
                opened.withLock { $0 }?.close(promise: nil)
            }
        } catch {
            // There may be no handler that would complete it.
            ready.fail(error)
            let endpoint = configuration.endpoint
            if Task.isCancelled { throw RedisError(.cancelled, "connecting to \(endpoint) was cancelled") }
            throw describe(layer.explain(error), endpoint)
        }
    }

    private static func open<Output: Sendable>(
        _ configuration: RedisConfiguration, on eventLoop: any EventLoop,
        initializer: @escaping @Sendable (any Channel) -> EventLoopFuture<Output>
    ) async throws -> Output {
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(configuration.connectTimeout))
        switch configuration.endpoint.address {
        case .unix(let path):
            return try await bootstrap.connect(unixDomainSocketPath: path, channelInitializer: initializer)
        case .tcp(let host, let port):
            return
                try await bootstrap
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .withKeepAlive(configuration.pingInterval)
                .connect(host: host, port: port, channelInitializer: initializer)
        case .sentinels:
            throw RedisError(.other, "sentinels have to be asked for a server first")
        }
    }

    private static func describe(_ error: any Error, _ endpoint: RedisEndpoint) -> RedisError {
        switch error {
        case let error as RedisError:
            RedisError(error.code, "\(endpoint): \(error.message)", underlying: error.underlying)
        case let error as NIOConnectionError where error.connectionErrors.isEmpty:
            RedisError(.unreachable, "\(endpoint): the name \(error.host) is not known", underlying: error)
        case let error as NIOConnectionError:
            describe(error.connectionErrors[0].error, endpoint)
        case ChannelError.connectTimeout:
            RedisError(.timedOut, "\(endpoint): no connection within the connect time-out", underlying: error)
        case let error as IOError:
            RedisError(.unreachable, "\(endpoint): \(String(cString: strerror(error.errnoCode)))", underlying: error)
        default:
            RedisError(.unreachable, "\(endpoint): \(error)", underlying: error)
        }
    }
}

extension ClientBootstrap {
    /// The kernel's probes keep the entries in firewalls and address translators alive. They also find a peer that is
    /// gone when our own PINGs cannot be sent.
    fileprivate func withKeepAlive(_ interval: Duration) -> ClientBootstrap {
        let seconds = Int(clamping: min(max(1, interval.components.seconds), 32767))
        #if os(Linux)
            let idle = TCP_KEEPIDLE
        #else
            let idle = TCP_KEEPALIVE
        #endif
        func option(_ name: CInt) -> ChannelOptions.Types.SocketOption {
            ChannelOptions.Types.SocketOption(level: .tcp, name: NIOBSDSocket.Option(rawValue: name))
        }
        return channelOption(.socketOption(.so_keepalive), value: 1)
            .channelOption(option(idle), value: seconds)
            .channelOption(option(TCP_KEEPINTVL), value: seconds)
            .channelOption(option(TCP_KEEPCNT), value: 3)
    }
}
