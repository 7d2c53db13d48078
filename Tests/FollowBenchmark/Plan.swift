import TestSupport

/// Which scenarios a run consists of.
enum Plan {
    /// The way of 10,000 samples beside PUBLISH, latency at a quiet pace, and many hosts; under 3 minutes.
    static func short(_ load: Scenario, rate: Int, modes: [FollowMode]) -> [Scenario] {
        var scenarios: [Scenario] = []
        for pace in [Pace.perSecond(rate), .fullSpeed] {
            scenarios += beside(modes) { way in
                var load = load
                (load.way, load.pace) = (way, pace)
                return load
            }
        }
        return scenarios + beside(modes) { paced($0, rate: 200, seconds: 10) }
            + beside(modes) { flood($0, seconds: 10) } + beside(modes) { manyHosts($0, seconds: 10) }
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
        return scenarios + beside(modes) { paced($0, rate: 200, seconds: 30) }
            + beside(modes) { paced($0, rate: 1000, seconds: 30) } + beside(modes) { flood($0, seconds: 30) }
            + beside(modes) { manyHosts($0, seconds: 60) }
    }

    /// The same by PUBLISH, and then by a daemon in each mode.
    static func beside(_ modes: [FollowMode], _ scenario: (Way) -> Scenario) -> [Scenario] {
        ([Way.publish] + modes.map(Way.daemon)).map(scenario)
    }

    /// 200 keys at a pace that leaves no queue.
    static func paced(_ way: Way, rate: Int, seconds: Int) -> Scenario {
        Scenario(way: way, samples: rate * seconds, keys: 200, bytes: 1024, pace: .perSecond(rate))
    }

    /// 200 keys at a quiet pace beside one that is flooded: the pace is that of the others.
    static func flood(_ way: Way, _ rate: Int = 10_000, seconds: Int) -> Scenario {
        var scenario = paced(way, rate: 200, seconds: seconds)
        scenario.flood = rate
        return scenario
    }

    /// 5,000 hosts that write once a second each.
    static func manyHosts(_ way: Way, seconds: Int) -> Scenario {
        Scenario(
            way: way, samples: 5000 * seconds, keys: 5000, bytes: 1024, pace: .perSecond(5000), isTrimmed: true)
    }
}
