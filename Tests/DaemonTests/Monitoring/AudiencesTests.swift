import SeededRandom
import Testing

@testable import Daemon
@testable import StreamAssembly

@Suite struct AudiencesTests {
    private static let position = StreamPosition(epoch: "e", seq: 7)
    private static let web = Selection(hosts: [Glob("web-*")].compactMap(\.self), probes: [])

    private func make(_ standing: Audiences.Standing) -> Audiences {
        var audiences = Audiences()
        audiences.joined("a", .all, since: standing.isWaiting ? Self.position : nil)
        switch standing {
        case .waiting, .owed: break
        case .told: audiences.caughtUp("a")
        case .paused(let seq):
            audiences.caughtUp("a")
            audiences.paused("a", seq: seq)
        case .pausedUnknown: audiences.paused("a", seq: 1)
        }
        return audiences
    }

    private func members(_ audiences: Audiences) -> [[String]] { audiences.audiences.map { $0.members.sorted() } }

    @Test func `who comes is owed the window and is told nothing before it has that`() {
        var audiences = make(.owed(.connect))
        #expect(audiences.standing(of: "a") == .owed(.connect))
        #expect(members(audiences) == [])
        let group = audiences.nextOwed { _ in true }
        #expect(group == Audiences.Group(selection: .all, reason: .connect, members: ["a"]))
        audiences.caughtUp("a")
        #expect(members(audiences) == [["a"]])
        let none = audiences.nextOwed { _ in true }
        #expect(none == nil)
    }

    @Test func `many subscribes leave one snapshot owed, of the last selection`() {
        var audiences = make(.told)
        for _ in 0..<100 { audiences.subscribed("a", Self.web) }
        audiences.subscribed("a", .all)
        let group = audiences.nextOwed { _ in true }
        #expect(group == Audiences.Group(selection: .all, reason: .subscribe, members: ["a"]))
        audiences.caughtUp("a")
        #expect(!audiences.isAnyoneOwed)
    }

    @Test func `all who are owed the same are one group, and who may not get it yet waits`() {
        var audiences = Audiences()
        for id in ["a", "b", "c"] {
            audiences.joined(id, .all)
            audiences.caughtUp(id)
            audiences.owes(id, .resync)
        }
        audiences.joined("d", Self.web)
        let group = audiences.nextOwed { $0 != "c" }
        #expect(group.map { [$0.members.sorted().joined(), $0.reason.rawValue] } == ["ab", "resync"])
        for id in ["a", "b"] { audiences.caughtUp(id) }
        let next = audiences.nextOwed { $0 != "c" }
        #expect(next?.members == ["d"])
        let waiting = audiences.nextOwed { $0 != "c" && $0 != "d" }
        #expect(waiting == nil)
    }

    @Test(arguments: [
        (Audiences.Standing.told, Audiences.Standing.paused(since: 9)), (.waiting(since: position), .pausedUnknown),
        (.owed(.connect), .pausedUnknown), (.paused(since: 3), .paused(since: 3)), (.pausedUnknown, .pausedUnknown),
    ])
    func `a pause keeps what is known`(_ before: Audiences.Standing, _ after: Audiences.Standing) {
        var audiences = make(before)
        audiences.paused("a", seq: 9)
        #expect(audiences.standing(of: "a") == after)
        #expect(members(audiences) == [])
        #expect(!audiences.isAnyoneOwed)
    }

    @Test(arguments: [
        (Audiences.Standing.told, Audiences.Resumption.nothing), (.waiting(since: position), .nothing),
        (.owed(.connect), .nothing), (.paused(since: 3), .missed(after: 3)), (.pausedUnknown, .snapshot),
    ])
    func `who resumes gets what it missed, or a snapshot`(
        _ before: Audiences.Standing, _ expected: Audiences.Resumption
    ) {
        var audiences = make(before)
        let resumption = audiences.resumed("a")
        #expect(resumption == expected)
        #expect(audiences.standing(of: "a") == (expected == .nothing ? before : .owed(.resume)))
    }

    @Test(arguments: [
        (Audiences.Standing.told, Audiences.Standing.owed(.resync)),
        (.waiting(since: position), .waiting(since: position)),
        (.owed(.connect), .owed(.connect)), (.paused(since: 3), .pausedUnknown), (.pausedUnknown, .pausedUnknown),
    ])
    func `who lost events is owed a snapshot, after its pause`(
        _ before: Audiences.Standing, _ after: Audiences.Standing
    ) {
        var audiences = make(before)
        audiences.lost("a")
        #expect(audiences.standing(of: "a") == after)
    }

    @Test(arguments: [
        (Audiences.Standing.told, Audiences.Standing.owed(.subscribe)), (.waiting(since: position), .owed(.subscribe)),
        (.owed(.connect), .owed(.subscribe)), (.paused(since: 3), .pausedUnknown), (.pausedUnknown, .pausedUnknown),
    ])
    func `another selection makes what is known worthless`(
        _ before: Audiences.Standing, _ after: Audiences.Standing
    ) {
        var audiences = make(before)
        audiences.subscribed("a", Self.web)
        #expect(audiences.standing(of: "a") == after)
        #expect(audiences.selection(of: "a") == Self.web)
    }

    @Test(arguments: [
        (Audiences.Standing.told, Audiences.Standing.told), (.waiting(since: position), .told),
        (.owed(.connect), .told), (.paused(since: 3), .paused(since: 3)), (.pausedUnknown, .pausedUnknown),
    ])
    func `who has caught up is told changes, but for those that pause`(
        _ before: Audiences.Standing, _ after: Audiences.Standing
    ) {
        var audiences = make(before)
        audiences.caughtUp("a")
        #expect(audiences.standing(of: "a") == after)
        #expect(members(audiences) == (after == .told ? [["a"]] : []))
    }

    @Test(arguments: [
        (Audiences.Standing.told, Audiences.Standing.owed(.resync)), (.waiting(since: position), .owed(.resync)),
        (.owed(.connect), .owed(.connect)), (.paused(since: 3), .paused(since: 3)), (.pausedUnknown, .pausedUnknown),
    ])
    func `a debt keeps its first reason, and those that pause have none`(
        _ before: Audiences.Standing, _ after: Audiences.Standing
    ) {
        var audiences = make(before)
        audiences.owes("a", .resync)
        #expect(audiences.standing(of: "a") == after)
        #expect(audiences.isAnyoneOwed == (after == .owed(.resync) || after == .owed(.connect)))
    }

    @Test func `who is no client has no standing, whatever is said of it`() {
        var audiences = Audiences()
        audiences.subscribed("x", .all)
        audiences.paused("x", seq: 1)
        #expect(audiences.resumed("x") == .nothing)
        audiences.lost("x")
        audiences.caughtUp("x")
        audiences.owes("x", .resync)
        audiences.left("x")
        #expect(audiences.count == 0 && audiences.standing(of: "x") == nil)
        #expect(!audiences.isAnyoneOwed && !audiences.isAnyoneTold)
    }

    @Test func `of who has left nothing stays`() {
        for standing in [Audiences.Standing.told, .owed(.connect), .paused(since: 1), .waiting(since: Self.position)] {
            var audiences = make(standing)
            audiences.left("a")
            #expect(audiences.count == 0)
            #expect(!audiences.isAnyoneOwed && !audiences.isAnyoneTold && audiences.waiting.isEmpty)
        }
    }

    /// Random steps beside a model that keeps one standing for each client and searches.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func `any sequence of steps agrees with a naive model`(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var audiences = Audiences()
        var model: [String: (selection: Selection, standing: Audiences.Standing)] = [:]
        let selections = [Selection.all, Self.web, Self.web.with(depth: 5), Selection(hosts: [], probes: [], depth: 7)]
        for step in 0..<600 {
            let id = "c\(Int.random(in: 0..<6, using: &random))"
            let selection = selections.randomElement(using: &random) ?? .all
            let old = model[id]?.standing
            switch Int.random(in: 0..<10, using: &random) {
            case 0 where old == nil:
                let since = Bool.random(using: &random) ? Self.position : nil
                audiences.joined(id, selection, since: since)
                model[id] = (selection, since.map(Audiences.Standing.waiting) ?? .owed(.connect))
            case 9:
                audiences.caughtUp(id)
                if old?.isOwed == true || old?.isWaiting == true { model[id]?.standing = .told }
            case 1 where old != nil:
                audiences.left(id)
                model[id] = nil
            case 2 where old != nil:
                audiences.subscribed(id, selection)
                model[id] = (selection, old?.isPaused == true ? .pausedUnknown : .owed(.subscribe))
            case 3:
                audiences.paused(id, seq: UInt64(step))
                if old == .told { model[id]?.standing = .paused(since: UInt64(step)) }
                if old?.isOwed == true || old?.isWaiting == true { model[id]?.standing = .pausedUnknown }
            case 4:
                _ = audiences.resumed(id)
                if old?.isPaused == true { model[id]?.standing = .owed(.resume) }
            case 5:
                audiences.lost(id)
                if old == .told { model[id]?.standing = .owed(.resync) }
                if old?.isPaused == true { model[id]?.standing = .pausedUnknown }
            case 6:
                audiences.owes(id, .resync)
                if old == .told || old?.isWaiting == true { model[id]?.standing = .owed(.resync) }
            default:
                let blocked = "c\(Int.random(in: 0..<6, using: &random))"
                let group = audiences.nextOwed { $0 != blocked }
                let may = model.filter { $0.value.standing.isOwed && $0.key != blocked }
                #expect((group == nil) == may.isEmpty, "seed \(seed) step \(step)")
                for member in group?.members ?? [] {
                    #expect(may[member]?.selection == group?.selection)
                    #expect(may[member]?.standing == group.map { .owed($0.reason) })
                    audiences.caughtUp(member)
                    model[member]?.standing = .told
                }
            }
            for (id, client) in model { #expect(audiences.standing(of: id) == client.standing) }
            #expect(audiences.count == model.count)
            #expect(Set(audiences.waiting) == Set(model.filter { $0.value.standing.isWaiting }.keys))
            #expect(
                Set(audiences.audiences.flatMap(\.members)) == Set(model.filter { $0.value.standing == .told }.keys))
            for (selection, members) in audiences.audiences {
                for id in members { #expect(model[id]?.selection.with(depth: 1) == selection) }
            }
        }
    }
}

extension Audiences.Standing {
    fileprivate var isWaiting: Bool { if case .waiting = self { true } else { false } }
    fileprivate var isOwed: Bool { if case .owed = self { true } else { false } }
}
