import Logging
import NIOConcurrencyHelpers
import NIOCore
import ServiceLifecycle
import Settings

/// Holds the certificate that new connections get, and takes the next one when its files change. Connections that are
/// open keep the one that they began with.
final class TLSKeeper: Sendable {
    private let files: TLSFiles
    private let logger: Logger
    private let state: NIOLockedValueBox<(identity: TLSIdentity, stamps: FileStamps)>

    /// - Throws: `TLSFiles.Unusable`.
    init(_ files: TLSFiles, logger: Logger) throws(TLSFiles.Unusable) {
        self.files = files
        self.logger = logger
        let stamps = files.stamps
        let identity = try files.load(now: WallClock.seconds())
        state = NIOLockedValueBox((identity, FileStamps(used: stamps)))
        if identity.endsSoon(now: WallClock.seconds()) { logger.certificateEndsSoon(identity) }
    }

    var identity: TLSIdentity { state.withLockedValue { $0.identity } }

    /// Reads the files. If they cannot be used, the certificate in force stays.
    ///
    /// - Returns: what is wrong with the files; nil if they are in force.
    @discardableResult
    func reload() -> TLSFiles.Unusable? {
        let stamps = files.stamps
        state.withLockedValue { $0.stamps.read(stamps) }
        return take()
    }

    /// Reads the files if they have changed.
    func look() {
        let stamps = files.stamps
        if state.withLockedValue({ $0.stamps.look(stamps) }) { _ = take() }
    }

    private func take() -> TLSFiles.Unusable? {
        do throws(TLSFiles.Unusable) {
            let identity = try files.load(now: WallClock.seconds())
            state.withLockedValue { $0.identity = identity }
            logger.certificateTaken(identity)
            return nil
        } catch {
            logger.certificateRefused(error, kept: identity)
            return error
        }
    }

    /// Looks at the files each second, beside the event loop.
    struct Watch: Service {
        let keeper: TLSKeeper
        let eventLoop: any EventLoop

        func run() async throws {
            let (ticks, tick) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            let task = eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
                tick.yield()
            }
            for await _ in ticks.cancelOnGracefulShutdown() { await look() }
            task.cancel()
        }

        /// A file system may take its time.
        @concurrent private func look() async { keeper.look() }
    }
}

extension TLSFiles {
    fileprivate var stamps: [FileStamp] {
        [certificate, key, clientAuthority].compactMap { $0 }.map { FileStamp(of: $0) }
    }
}
