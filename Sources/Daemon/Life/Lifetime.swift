import Logging
import NIOCore
import ServiceLifecycle
import Settings
import SocketIOServer
import UnixSignals

/// Waits for signals: SIGHUP reloads, others end the daemon in an orderly way. Its own end ends the group of services.
struct Lifetime: Service {
    let hangups: UnixSignalsSequence
    let reloader: Reloader
    let server: SocketIOServer
    let readiness: Readiness
    let manager: ServiceManager
    let logger: Logger

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let (events, sink) = AsyncStream.makeStream(of: Ending.Event.self)
        await withDiscardingTaskGroup { group in
            for signals in [signals, hangups] {
                group.addTask { for await signal in signals { sink.yield(.signal(signal)) } }
            }
            var ending = Ending()
            loop: for await event in events.cancelOnGracefulShutdown() {
                let drain = reloader.drain
                switch ending.happened(event, drain: drain) {
                case .drain:
                    group.addTask {
                        await sendClientsAway(over: drain)
                        sink.yield(.drained)
                    }
                case .reload:
                    manager.tell(.reloading(at: ServiceManager.monotonicTime))
                    group.addTask {
                        await reloader.reload()
                        sink.yield(.reloaded)
                    }
                case .sayReady: manager.tell(.ready(nil))
                case .end: break loop
                case .nothing: break
                }
            }
            manager.tell(.stopping(within: .seconds(10)))
            group.cancelAll()
        }
    }

    private func sendClientsAway(over drain: Duration) async {
        let sessions = await server.statistics().sessions
        logger.draining(sessions, over: drain)
        readiness.beginDraining()
        manager.tell(.stopping(within: drain + .seconds(10)))
        // The event has a name and an argument that can always be encoded.
        try? server.of("/").emit(ServerEvent.draining.rawValue, Draining(ms: drain.milliseconds))
        logger.drained(left: await server.drain(over: drain))
    }

    /// The argument of the event `draining`.
    private struct Draining: Encodable {
        let ms: Int64
    }
}
