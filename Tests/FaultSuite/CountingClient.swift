import JSONBytes
import NIOConcurrencyHelpers
import NIOCore
import TestSupport

/// A real Socket.IO client that follows the contract: it holds its window, comes back when its connection ends, and says
/// then how far it had come.
final class CountingClient: Sendable {
    private struct State {
        var model = ClientModel()
        /// Awaited: what is not held yet, and when the last of it came.
        var awaited: Set<String>?
        var reachedAt: ContinuousClock.Instant?
    }

    private let port: Int
    private let state = NIOLockedValueBox(State())

    init(port: Int) {
        self.port = port
    }

    var model: ClientModel { state.withLockedValue(\.model) }

    var hasSnapshot: Bool { state.withLockedValue { $0.model.position != nil } }

    /// Runs until it is cancelled.
    func run() async {
        while !Task.isCancelled {
            try? await connection()
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    /// From now on ``reachedAt`` says when the last of `ids` came.
    func await(_ ids: some Sequence<String>) {
        state.withLockedValue { state in
            state.awaited = Set(ids.filter { state.model.held[$0] == nil })
            state.reachedAt = state.awaited?.isEmpty == true ? .now : nil
        }
    }

    /// What is not among these any more is not awaited.
    func awaitOnly(_ ids: some Sequence<String>) {
        state.withLockedValue { state in
            guard state.awaited?.isEmpty == false else { return }
            state.awaited?.formIntersection(ids)
            if state.awaited?.isEmpty == true { state.reachedAt = .now }
        }
    }

    var reachedAt: ContinuousClock.Instant? { state.withLockedValue(\.reachedAt) }

    private func connection() async throws {
        let socket = try await WebSocketClient.connect(port: port, path: "/socket.io/?EIO=4&transport=websocket")
        try await withTaskCancellationHandler {
            try await socket.send(text: "40\(auth)")
            for await frame in socket.frames {
                guard case .text(let text) = frame else { break }
                if text == "2" { try await socket.send(text: "3") }
                if text.hasPrefix("42") { take(Array(text.utf8.dropFirst(2))) }
            }
            try? await socket.disconnect()
        } onCancel: {
            socket.channel.close(promise: nil)
        }
    }

    private var auth: String {
        let since = state.withLockedValue(\.model.position).map {
            #","since":{"epoch":"\#($0.epoch)","seq":\#($0.seq),"t":\#($0.now)}"#
        }
        return #"{"subscribe":{"depth":100000}\#(since ?? "")}"#
    }

    private func take(_ packet: [UInt8]) {
        guard let parts = try? JSONScanner.elements(ofArray: packet), parts.count == 3,
            let meta = try? JSONValue(parsing: packet[parts[2]])
        else { return }
        let content = packet[parts[1]]
        let name = String(decoding: packet[parts[0]], as: UTF8.self)
        // Read before the lock is taken.
        let snapshot = name == #""updates""# ? SampleReading.snapshot(content) : []
        let samples = name == #""dUpdates""# ? SampleReading.list(content) : []
        let gone = name == #""gone""# ? SampleReading.gone(content) : ([], [])
        state.withLockedValue { state in
            switch name {
            case #""updates""#: state.model.replace(with: snapshot, bytes: content.count)
            case #""dUpdates""#: for (id, held) in samples { state.model.add(id, held) }
            default: state.model.remove(keys: gone.0, ids: gone.1)
            }
            state.model.note(
                epoch: meta["epoch"]?.string ?? "", seq: Int(meta["seq"]?.number ?? -1),
                now: meta["now"]?.number ?? 0)
            guard state.awaited?.isEmpty == false else { return }
            for (id, _) in snapshot + samples { state.awaited?.remove(id) }
            if state.awaited?.isEmpty == true { state.reachedAt = .now }
        }
    }
}
