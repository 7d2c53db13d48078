import Logging
import NIOConcurrencyHelpers
import Settings
import SocketIOServer

/// Reads the configuration and the files that it names again, and puts into force what may change. No session is dropped.
final class Reloader: Sendable {
    private let reread: DaemonConfiguration.Reread?
    private let running: NIOLockedValueBox<DaemonConfiguration>
    private let server: SocketIOServer
    private let door: TokenDoor?
    private let keeper: TLSKeeper?
    private let threshold: LogThreshold
    private let logger: Logger

    /// - Parameter reread: nil where nothing but the files of TLS can be read again.
    init(
        _ configuration: DaemonConfiguration, reread: DaemonConfiguration.Reread?, server: SocketIOServer,
        door: TokenDoor?,
        keeper: TLSKeeper?, threshold: LogThreshold, logger: Logger
    ) {
        running = NIOLockedValueBox(configuration)
        self.reread = reread
        self.server = server
        self.door = door
        self.keeper = keeper
        self.threshold = threshold
        self.logger = logger
    }

    /// How long SIGTERM lets the browsers leave.
    var drain: Duration { running.withLockedValue { $0.drain } }

    /// Says in one line what changed, and what needs a restart. If something is wrong with the sources, all stays as it
    /// was. Files are read beside the event loop.
    @concurrent func reload() async {
        do throws(SettingError) {
            let before = running.withLockedValue { $0 }
            let plan = ReloadPlan(from: before, to: try reread?() ?? before)
            running.withLockedValue { $0 = plan.next }
            if let token = plan.next.token { door?.replace(SharedToken(token)) }
            await server.limit(
                connections: OpenFileLimit.raised().places(of: plan.next.maxClients),
                perAddress: plan.next.connectionsPerAddress)
            logger.reloaded(plan, tls: keeper.map { $0.reload() == nil })
            // Last, so that what was done is said at the level that was wanted before.
            threshold.level = plan.next.logLevel
        } catch {
            logger.notReloaded(error)
        }
    }
}
