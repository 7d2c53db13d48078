import Testing
import UnixSignals

@testable import Daemon

@Suite struct EndingTests {
    private func actions(drain: Duration, _ events: [Ending.Event]) -> [Ending.Action] {
        var ending = Ending()
        return events.map { ending.happened($0, drain: drain) }
    }

    @Test func `the first SIGTERM drains, and what comes behind it ends at once`() {
        let term = Ending.Event.signal(.sigterm)
        #expect(actions(drain: .seconds(30), [term, .drained]) == [.drain, .end])
        #expect(actions(drain: .seconds(30), [term, term]) == [.drain, .end])
        #expect(actions(drain: .seconds(30), [term, .signal(.sigint)]) == [.drain, .end])
        #expect(actions(drain: .seconds(30), [term, term, .drained, term]) == [.drain, .end, .nothing, .nothing])
    }

    @Test func `without a drain, and by Ctrl-C, it ends at once`() {
        #expect(actions(drain: .zero, [.signal(.sigterm)]) == [.end])
        #expect(actions(drain: .zero, [.signal(.sigint)]) == [.end])
        #expect(actions(drain: .seconds(30), [.signal(.sigint), .signal(.sigterm)]) == [.end, .nothing])
    }

    @Test func `what is no reason to end changes nothing`() {
        #expect(
            actions(drain: .seconds(30), [.drained, .signal(.sigusr1), .signal(.sigterm)]) == [
                .nothing, .nothing, .drain,
            ])
    }

    @Test func `SIGHUP reloads, but not when the end has begun`() {
        let hangup = Ending.Event.signal(.sighup)
        #expect(
            actions(drain: .seconds(1), [hangup, .reloaded, .signal(.sigterm), hangup, .drained, hangup])
                == [.reload, .sayReady, .drain, .nothing, .end, .nothing])
    }

    @Test func `however many SIGHUPs come while it reads, it reads once more`() {
        let hangup = Ending.Event.signal(.sighup)
        #expect(
            actions(drain: .zero, [hangup, hangup, hangup, hangup, .reloaded, .reloaded, hangup, .reloaded, .reloaded])
                == [.reload, .nothing, .nothing, .nothing, .reload, .sayReady, .reload, .sayReady, .nothing])
    }

    @Test func `nobody who wants to end waits for a reading, and then nothing is said of it`() {
        let (hangup, term) = (Ending.Event.signal(.sighup), Ending.Event.signal(.sigterm))
        #expect(actions(drain: .zero, [hangup, hangup, term, .reloaded]) == [.reload, .nothing, .end, .nothing])
        #expect(
            actions(drain: .seconds(9), [hangup, term, .reloaded, term]) == [.reload, .drain, .nothing, .end])
    }
}
