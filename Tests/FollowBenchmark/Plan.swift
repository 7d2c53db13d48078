import TestSupport

/// Which scenarios a run consists of.
enum Plan {
    /// The way of 10,000 samples beside PUBLISH, latency at a quiet pace, and many hosts; under 3 minutes.
    static func short(_ load: Scenario, rate: Int, modes: [FollowMode]) -> [Scenario] {
        var scenarios: [Scenario] = []
        for pace in [Pace.perSecond(rate), .fullSpeed] {
            for way in [Way.publish] + modes.map(Way.daemon) {
                scenarios.append(load)
                scenarios[scenarios.count - 1].way = way
                scenarios[scenarios.count - 1].pace = pace
            }
        }
        return scenarios + modes.map { quiet($0, samples: 2000) } + modes.map { manyHosts($0, seconds: 10) }
    }

    /// Full speed at two sizes over three numbers of keys, and the paced ones for longer.
    static func all(modes: [FollowMode]) -> [Scenario] {
        var scenarios: [Scenario] = []
        for bytes in [1024, 4096] {
            for keys in [1, 200, 5000] {
                for way in [Way.nobody] + modes.map(Way.daemon) {
                    scenarios.append(
                        Scenario(
                            way: way, samples: 100_000_000 / bytes, keys: keys, bytes: bytes, pace: .fullSpeed))
                }
            }
        }
        return scenarios + modes.map { quiet($0, samples: 6000) } + modes.map { manyHosts($0, seconds: 60) }
    }

    /// 200 samples a second: latency without a queue.
    static func quiet(_ mode: FollowMode, samples: Int) -> Scenario {
        Scenario(way: .daemon(mode), samples: samples, keys: 200, bytes: 1024, pace: .perSecond(200))
    }

    /// 5,000 hosts that write once a second each.
    static func manyHosts(_ mode: FollowMode, seconds: Int) -> Scenario {
        Scenario(
            way: .daemon(mode), samples: 5000 * seconds, keys: 5000, bytes: 1024, pace: .perSecond(5000),
            isTrimmed: true)
    }
}
