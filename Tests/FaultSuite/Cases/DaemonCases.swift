import TestSupport

extension FaultCase {
    /// The daemon dies while a client holds `since`.
    static let daemons = [
        FaultCase(number: 22, name: "daemon killed -9 ×2") { stage in
            try await stage.spread(2) { _ in
                await stage.daemon.kill()
                try await stage.daemon.launch()
            }
        }
    ]
}
