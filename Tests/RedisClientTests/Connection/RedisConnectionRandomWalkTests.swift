import NIOCore
import RESP
import SeededRandom
import TestSupport
import Testing

@testable import RedisClient

/// Random events against a naive model: a list of pipelines, each with its tag, replies left and deadline.
@Suite
struct RedisConnectionRandomWalkTests {
    private struct Waiting {
        let tag: Int
        var cancelled = false
        var left: Int
        var got: [RESPValue] = []
        let bytes: Int
        let deadline: NIODeadline
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `each caller is told exactly once, with its own replies`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var now = NIODeadline.uptimeNanoseconds(1)
        var machine = RedisConnectionStateMachine<Int>(
            handshake: RedisHandshake(endpoint: RedisEndpoint(address: .unix(path: "/s")), clientName: nil),
            timing: .init(
                handshake: .seconds(1), request: .seconds(5), pingInterval: .hours(9), pingDeadline: .seconds(1)),
            maxPendingBytes: 500, now: now)
        _ = machine.replyReceived(.simple("PONG"), now: now)
        var model: [Waiting] = []
        for step in 0..<2000 {
            now = now + .milliseconds(Int64.random(in: 0...2, using: &generator))
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<4:
                let (replies, bytes) = (
                    Int.random(in: 1...4, using: &generator), Int.random(in: 1...90, using: &generator)
                )
                let action = machine.send(id: UInt64(step), tag: step, replies: replies, bytes: bytes, now: now)
                let waiting = model.reduce(0) { $0 + $1.bytes }
                if model.isEmpty || waiting + bytes <= 500 {
                    #expect(action == .write)
                    model.append(Waiting(tag: step, left: replies, bytes: bytes, deadline: now + .seconds(5)))
                } else if case .refuse(step, let error) = action {
                    #expect(error.code == .overloaded)
                } else {
                    Issue.record("not refused: \(action)")
                }
            case 4 where !model.isEmpty:
                let index = Int.random(in: 0..<model.count, using: &generator)
                let tag = model[index].tag
                #expect(machine.cancelled(id: UInt64(tag)) == (model[index].cancelled ? nil : tag))
                model[index].cancelled = true
            case 5... where !model.isEmpty:
                let value = RESPValue.integer(Int64(step))
                let action = machine.replyReceived(value, now: now)
                model[0].left -= 1
                model[0].got.append(value)
                guard model[0].left == 0 else {
                    #expect(action == .none)
                    break
                }
                let first = model.removeFirst()
                #expect(action == (first.cancelled ? .none : .complete(first.tag, first.got)))
            default: break
            }
            #expect(machine.wakeAt == model.first?.deadline || model.isEmpty)
            if let first = model.first, first.deadline <= now { break }
        }
        #expect(machine.ended(RedisError(.closed, "end")) == model.filter { !$0.cancelled }.map(\.tag))
    }
}
