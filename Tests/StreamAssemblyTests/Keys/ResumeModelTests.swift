import SeededRandom
import Testing

@testable import StreamAssembly

/// Clients that go from one daemon to another, over random histories: told what they missed they hold the window, and
/// nothing twice; or they are told nothing.
@Suite struct ResumeModelTests {
    private struct Trial {
        var random: SeededGenerator
        var world = ResumeWorld()
        var first: ResumeWorld.Daemon
        var second: ResumeWorld.Daemon?
        var client = ResumeWorld.Client()
        let limits: WindowLimits
        let reach: Int

        init(seed: UInt64) throws {
            random = SeededGenerator(seed: seed)
            let perKey = Int.random(in: 4...20, using: &random)
            limits = try .make(samples: .random(in: 20...60, using: &random), ageMs: 5_000, perKey: perKey)
            reach = perKey + 6
            first = .init(limits, reach: reach, seed: 1)
        }

        /// Lets the first daemon see everything; the client takes all but the last `cut` events.
        mutating func live(_ steps: Int, disturbed: Bool, isThere: Bool, cut: Int = 0) {
            for step in 0..<steps {
                world.change(disturbed: disturbed, using: &random)
                var emissions: [Emission] = []
                for key in ResumeWorld.keys {
                    emissions += first.follow(key, world.redis[key] ?? [], now: world.now)
                }
                guard isThere else { continue }
                client.take(emissions, butTheLast: step == steps - 1 ? cut : 0)
            }
        }

        mutating func secondReads() {
            if second == nil { second = .init(limits, reach: reach, seed: 2) }
            for key in ResumeWorld.keys.shuffled(using: &random) {
                _ = second?.follow(key, world.redis[key] ?? [], now: world.now)
            }
        }
    }

    /// - Returns: whether the client was told what it missed.
    private static func run(seed: UInt64, disturbedAway: Bool) throws -> Bool {
        var trial = try Trial(seed: seed)
        let isDisturbed = Bool.random(using: &trial.random)
        trial.live(.random(in: 5...40, using: &trial.random), disturbed: isDisturbed, isThere: false)
        if Bool.random(using: &trial.random) { trial.secondReads() }
        trial.client.takeSnapshot(trial.first.state)
        trial.live(
            .random(in: 1...20, using: &trial.random), disturbed: isDisturbed, isThere: true,
            cut: .random(in: 0...1, using: &trial.random))
        let known = trial.world.redis
        let window = trial.first.state.window
        for _ in 0..<Int.random(in: 0...4, using: &trial.random) {
            trial.world.change(disturbed: disturbedAway, using: &trial.random)
        }
        trial.secondReads()
        var second = try #require(trial.second).state
        let position = try #require(trial.client.position)
        guard let marks = position.marks,
            let missed = second.missed(since: marks, .all(depth: 1), now: trial.world.now)
        else { return false }

        for sample in missed {
            // What the window had let go may come again, as it may without a new connection.
            let name = ResumeWorld.Name(key: sample.key, id: sample.id)
            if let held = trial.client.held[name], window[sample.key, sample.id]?.t == held {
                #expect(held < sample.t, "seed \(seed): \(sample.id) is told twice")
            }
            trial.client.add(sample)
        }
        for sample in second.snapshot(.all(depth: .max), maxBytes: .max).samples {
            // What the first daemon's window had let go, or never took, was no change.
            let wasKnown = known[sample.key]?.contains(.init(id: sample.id, t: sample.t)) == true
            if wasKnown, window[sample.key, sample.id]?.t != sample.t { continue }
            let held = trial.client.held[.init(key: sample.key, id: sample.id)]
            #expect(held == sample.t, "seed \(seed): \(sample.id) is lost")
        }
        // A removal is told as long as the window holds the sample.
        for (name, t) in trial.client.held
        where window[name.key, name.id]?.t == t && t >= trial.world.now - 5_000 {
            let set = trial.world.redis[name.key] ?? []
            let lowest = set.map(\.t).min() ?? -.infinity
            let isThere = set.contains(.init(id: name.id, t: t)) || second.window[name.key, name.id]?.t == t
            #expect(t < lowest || isThere, "seed \(seed): \(name.id) is there no more")
        }
        return true
    }

    @Test(arguments: 0..<8) func `random histories`(_ part: UInt64) throws {
        var resumed = 0
        for seed in part * 200..<part * 200 + 200 where try Self.run(seed: seed, disturbedAway: true) {
            resumed += 1
        }
        #expect(resumed > 20)
    }

    /// Where collectors only write and clocks go forward, all but those cut off between two events are told.
    @Test func `plain histories are told`() throws {
        var resumed = 0
        for seed in 10_000..<UInt64(10_200) where try Self.run(seed: seed, disturbedAway: false) { resumed += 1 }
        #expect(resumed > 75)
    }
}
