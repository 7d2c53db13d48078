import Logging
import NIOCore
import ServiceLifecycle
import Settings
import SocketIOServer
import UnixSignals

/// Waits for the signals that end the daemon, and lets it end in an orderly way. Its own end ends the group of services.
struct Lifetime: Service {
    let drain: Duration
    let server: SocketIOServer
    let readiness: Readiness
    let manager: ServiceManager
    let logger: Logger

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let (events, sink) = AsyncStream.makeStream(of: Ending.Event.self)
        await withDiscardingTaskGroup { group in
            group.addTask { for await signal in signals { sink.yield(.signal(signal)) } }
            var ending = Ending(drain: drain)
            loop: for await event in events.cancelOnGracefulShutdown() {
                switch ending.happened(event) {
                case .drain:
                    group.addTask {
                        await sendClientsAway()
                        sink.yield(.drained)
                    }
                case .end: break loop
                case .nothing: break
                }
            }
            manager.tell(.stopping(within: .seconds(10)))
            group.cancelAll()
        }
    }

    private func sendClientsAway() async {
        let sessions = await server.statistics().sessions
        logger.draining(sessions, over: drain)
        readiness.beginDraining()
        manager.tell(.stopping(within: drain + .seconds(10)))
        // The event has a name and an argument that can always be encoded.
        try? server.of("/").emit("draining", Draining(ms: drain.milliseconds))
        logger.drained(left: await server.drain(over: drain))
    }

    /// The argument of the event `draining`.
    private struct Draining: Encodable {
        let ms: Int64
    }
}
