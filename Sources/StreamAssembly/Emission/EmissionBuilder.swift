/// Gathers the emissions of one `apply`, in order. Adjacent changes of one kind become one emission, or several where they
/// are more than ``Emission/mostBytes``.
struct EmissionBuilder {
    private var kinds: [Emission.Kind] = []
    // Only one of the three is open at a time. It grows in place, so that a burst costs no copies.
    private var samples: [Sample] = []
    private var keysOfSamples: Set<ExactText> = []
    private var isOutOfOrder = false
    private var goneKeys: [Emission.RemovedKey] = []
    private var goneSamples: [Emission.RemovedSample] = []
    private var resyncKeys: [Emission.RemovedKey] = []
    private var knownResyncKeys: Set<Emission.RemovedKey> = []

    /// New samples of one key.
    mutating func addSamples(_ more: [Sample], of key: String) {
        guard !more.isEmpty else { return }
        closeGone()
        closeResync()
        if !keysOfSamples.insert(ExactText(key)).inserted { isOutOfOrder = true }
        if !isOutOfOrder { isOutOfOrder = zip(more, more.dropFirst()).contains { $0.t > $1.t } }
        samples += more
    }

    mutating func addGone(keys: [Emission.RemovedKey] = [], samples more: [Emission.RemovedSample] = []) {
        guard !keys.isEmpty || !more.isEmpty else { return }
        closeSamples()
        closeResync()
        goneKeys += keys
        goneSamples += more
    }

    mutating func addResync(_ keys: [Emission.RemovedKey]) {
        closeSamples()
        closeGone()
        resyncKeys += keys.filter { knownResyncKeys.insert($0).inserted }
    }

    /// Everything that was gathered.
    consuming func finish() -> [Emission.Kind] {
        closeSamples()
        closeGone()
        closeResync()
        return kinds
    }

    private mutating func closeSamples() {
        guard !samples.isEmpty else { return }
        if isOutOfOrder { Self.sortWithinKeys(&samples) }
        kinds += Self.parts(samples) { $0.bytes.count }.map(Emission.Kind.samples)
        samples = []
        keysOfSamples = []
        isOutOfOrder = false
    }

    private mutating func closeGone() {
        guard !goneKeys.isEmpty || !goneSamples.isEmpty else { return }
        let (keys, samples) = (Self.parts(goneKeys, \.size), Self.parts(goneSamples, \.size))
        if keys.count + samples.count <= 2 {
            kinds.append(.gone(keys: goneKeys, samples: goneSamples))
        } else {
            kinds += keys.map { .gone(keys: $0, samples: []) } + samples.map { .gone(keys: [], samples: $0) }
        }
        goneKeys = []
        goneSamples = []
    }

    private mutating func closeResync() {
        guard !resyncKeys.isEmpty else { return }
        kinds.append(.resync(keys: resyncKeys))
        resyncKeys = []
        knownResyncKeys = []
    }

    /// Runs of neighbours of no more than ``Emission/mostBytes`` each, but of one at least.
    private static func parts<Element>(_ all: [Element], _ size: (Element) -> Int) -> [[Element]] {
        var (parts, start, bytes): ([[Element]], Int, Int) = ([], 0, 0)
        for (index, element) in all.enumerated() {
            let more = size(element)
            if index > start, bytes + more > Emission.mostBytes {
                parts.append(Array(all[start..<index]))
                (start, bytes) = (index, 0)
            }
            bytes += more
        }
        if start == 0 { return all.isEmpty ? [] : [all] }
        return parts + [Array(all[start...])]
    }

    /// Sorts the samples of each key by time, within the places that the key has.
    private static func sortWithinKeys(_ samples: inout [Sample]) {
        var places: [ExactText: [Int]] = [:]
        for (place, sample) in samples.enumerated() { places[ExactText(sample.key), default: []].append(place) }
        let unsorted = samples
        for own in places.values {
            // With equal times the place decides: what came later stays later.
            let sorted = own.sorted { (unsorted[$0].t, $0) < (unsorted[$1].t, $1) }
            for (place, source) in zip(own, sorted) { samples[place] = unsorted[source] }
        }
    }
}
