import DequeModule

/// The newest samples of all keys, bounded in number, bytes, age and samples of a key.
///
/// A sample is known by its key and its `id`. Within a key a newer `t` replaces an older one, and of two with one `t` the
/// member counts that comes last in Redis' order, whichever came first; no key touches another's samples. When there are
/// too many samples or bytes, **the host that holds most of them loses its oldest** (``WindowShares``), so nobody can push
/// out what others hold. A sample is at least as old as its arrival, whatever its `t` says. The newest
/// ``WindowLimits/kept`` of a key leave by no age, and under pressure only where their host has no others: a host that
/// died is there as it was.
///
/// Most samples are in sealed frames (``KeySamples``). Insert, evict, look up and remove take O(log n) comparisons and
/// open no frame, but for two members of one id and time; nothing is ever sorted whole. A value: copies are independent.
public struct SampleWindow: Sendable {
    /// A sample's place among those of its key.
    struct Position: Sendable {
        let t: Double
        let id: ExactText
    }

    /// What became of an inserted sample.
    public enum Insertion: Sendable, Equatable {
        /// It is in the window.
        case added
        /// It is in the window in place of this older one of its key with its `id`.
        case replaced(SampleOutline)
        /// The key has its `id` with a newer `t`, or with the same and a member that is not before this one.
        case duplicate
        /// It is older than anything that the limits leave room for.
        case belowFloor
    }

    /// The bounds.
    public let limits: WindowLimits
    let sealing: Sealing
    let codec: FrameCodec
    /// Bytes of all members as they are held, and what holding them costs.
    public private(set) var byteCount = 0
    /// How many samples there are.
    public private(set) var count = 0

    /// What the limits took so far.
    public private(set) var losses = WindowLosses()

    /// By name: which of `contents`.
    private(set) var numbers: [ExactText: Int] = [:]
    /// The same names in order.
    private(set) var sorted = SortedKeys()
    /// What the window holds of each key, and empty ones of no key.
    private(set) var contents: [KeySamples] = []
    private var free: [Int] = []
    private(set) var shares = WindowShares()
    /// Of keys without a host: how many samples of which of them name a host, by its folded name.
    private(set) var claims: [ExactText: [ExactText: Int]] = [:]

    /// An empty window.
    public init(limits: WindowLimits) {
        self.init(limits: limits, sealing: Sealing())
    }

    /// - Parameter frameRoom: how long a frame may be; nil for as long as it takes.
    init(limits: WindowLimits, sealing: Sealing, frameRoom: Int? = nil) {
        self.limits = limits
        self.sealing = sealing
        codec = FrameCodec(level: sealing.level, room: frameRoom)
    }

    /// How many keys have samples.
    public var keyCount: Int { numbers.count }
    /// How often frames were made and opened.
    public var frameCounters: FrameCounters { codec.counters }

    // MARK: Changes

    /// Takes a sample. While a limit is passed, the host that holds most loses its oldest sample.
    ///
    /// A sample for which the limits leave no room pushes out no other, unless only the making of room in bytes shows
    /// that it is too old.
    /// - Parameters:
    ///   - arrival: when it first came, where that was not now, Unix epoch in ms.
    ///   - now: the daemon's clock, Unix epoch in ms; ages are counted from it.
    public mutating func insert(_ sample: Sample, arrival: Double? = nil, now: Double) -> Insertion {
        expire(now: now)
        let (key, id) = (ExactText(sample.key), ExactText(sample.id))
        let time = min(sample.t, arrival ?? now)
        let known = numbers[key]
        let existing = known.flatMap { contents[$0].number(of: id) }
        if let known, let existing, !isReplaced(existing, of: known, by: sample) { return .duplicate }
        guard hasRoom(for: sample, id, in: known), isYoung(time, sample, id, in: known, now: now) else {
            return .belowFloor
        }
        let replaced = existing.flatMap { existing in known.map { outline(existing, of: $0) } }
        if let known, let existing { remove(existing, of: known) }

        let number = numbers[key] ?? seat(key, sample)
        add(sample, id, time: time, to: number)
        if contents[number].count > limits.perKey, let oldest = contents[number].order.first {
            losses.perKey += 1
            lose(oldest, of: number)
        }
        let before = count
        expire(now: now)
        relieve()
        if count < before, numbers[key].flatMap({ contents[$0].number(of: id) }) == nil { return .belowFloor }
        return replaced.map(Insertion.replaced) ?? .added
    }

    /// Lets go what is older than the limit allows at `now`, but for the newest of each key.
    ///
    /// - Returns: how many samples left.
    @discardableResult
    public mutating func expire(now: Double) -> Int {
        let before = count
        while let oldest = shares.oldest, oldest.time < now - limits.ageMs {
            remove(contents[oldest.key].oldest, of: oldest.key)
        }
        losses.age += before - count
        return before - count
    }

    /// Removes all samples of a key.
    ///
    /// - Returns: how many there were.
    @discardableResult
    public mutating func removeKey(_ key: String) -> Int {
        guard let number = numbers[ExactText(key)] else { return 0 }
        let content = contents[number]
        for sample in content.order { forgetClaim(of: content.held(sample)) }
        empty(number)
        return content.count
    }

    /// Removes the sample that came as this member of `key`.
    ///
    /// - Returns: the sample; `nil` if the window does not hold it, or holds its `id` from another member by now.
    public mutating func remove(_ row: RowID, of key: String) -> SampleOutline? {
        guard let number = numbers[ExactText(key)],
            let sample = contents[number].number(t: row.score, memberHash: row.memberHash)
        else { return nil }
        let outline = outline(sample, of: number)
        remove(sample, of: number)
        return outline
    }

    /// Whether the key holds as many samples as one key may.
    func isFull(_ key: String) -> Bool {
        numbers[ExactText(key)].map { contents[$0].count >= limits.perKey } ?? false
    }

    /// The limit of a key took a sample of this time, though somebody else removed it here; see ``depth(now:)``.
    mutating func noteLost(of key: String, time: Double) {
        losses.perKey += 1
        if let number = numbers[ExactText(key)] { shares.lost(contents[number].share, time: time) }
    }

    /// Counts bytes that others hold because of a key, for the key's host.
    mutating func count(_ bytes: Int, besides key: String) {
        guard let number = numbers[ExactText(key)], contents[number].besides != bytes else { return }
        change(number) { content, _, _ in content.besides = bytes }
        relieve()
    }

    // MARK: Steps

    /// While there is too much, the host that holds most of it loses its oldest sample.
    private mutating func relieve() {
        while let number = pressed {
            if count > limits.samples { losses.samples += 1 } else { losses.bytes += 1 }
            lose(contents[number].oldest, of: number)
        }
    }

    /// Every daemon has to come to the same, in whatever order the two are read.
    private func isReplaced(_ existing: UInt32, of number: Int, by sample: Sample) -> Bool {
        let slot = contents[number].slot(existing)
        if slot.t != sample.t { return slot.t < sample.t }
        // The same member again: nothing has to be opened to see that.
        if slot.memberHash == sample.memberHash { return false }
        guard let content = contents[number].content(of: existing, codec) else { return true }
        return content.bytes.lexicographicallyPrecedes(sample.bytes)
    }

    /// The key that has to give next: of the host that holds most of what there is too much of.
    private var pressed: Int? {
        if count > limits.samples { return shares.keyOfMostSamples }
        return byteCount > limits.bytes ? shares.keyOfMostBytes : nil
    }

    /// Whether the key, if it is full, keeps a sample of that time, and the whole window one of that size.
    private func hasRoom(for sample: Sample, _ id: ExactText, in key: Int?) -> Bool {
        let costs = limits.costs
        let name = costs.nameByte * sample.key.utf8.count
        guard sample.bytes.count + name + costs.key + costs.sample <= limits.bytes else { return false }
        guard let key, contents[key].count >= limits.perKey else { return true }
        return contents[key].isNotBeforeFirst(sample.t, id)
    }

    /// Whether age leaves it, or its being one of the newest of its key.
    private func isYoung(_ time: Double, _ sample: Sample, _ id: ExactText, in key: Int?, now: Double) -> Bool {
        if time >= now - limits.ageMs { return true }
        guard let key else { return limits.kept > 0 }
        return contents[key].isAmongNewest(limits.kept, time: time, sample.t, id)
    }

    private mutating func seat(_ key: ExactText, _ sample: Sample) -> Int {
        let number = free.popLast() ?? contents.count
        let host = sample.isOfNamedKey ? ExactText(sample.host) : WindowShares.ofOtherKeys
        let place = shares.seat(number, of: host)
        let content = KeySamples(key: key, share: place.share, seat: place.seat)
        if number == contents.count { contents.append(content) } else { contents[number] = content }
        numbers[key] = number
        sorted.insert(key, number)
        return number
    }

    private mutating func add(_ sample: Sample, _ id: ExactText, time: Double, to number: Int) {
        if !sample.isOfNamedKey, !sample.host.isEmpty {
            claims[Origin.folded(sample.host), default: [:]][contents[number].key, default: 0] += 1
        }
        change(number) { content, sealing, codec in
            content.add(sample, id, time: time)
            content.seal(sealing, codec)
        }
    }

    /// A limit other than age takes a sample.
    private mutating func lose(_ sample: UInt32, of number: Int) {
        shares.lost(contents[number].share, time: contents[number].slot(sample).time)
        remove(sample, of: number)
    }

    private mutating func remove(_ sample: UInt32, of number: Int) {
        if !claims.isEmpty { forgetClaim(of: contents[number].held(sample)) }
        if contents[number].count == 1 { return empty(number) }
        change(number) { content, sealing, codec in
            content.remove(sample)
            if content.isScattered { content.rewrite(sealing, codec) }
        }
    }

    /// The key holds nothing any more.
    private mutating func empty(_ number: Int) {
        let content = contents[number]
        let bytes = content.byteCount(limits.costs)
        shares.change(content.share, seat: content.seat, turn: nil, count: -content.count, bytes: -bytes)
        count -= content.count
        byteCount -= bytes
        numbers.removeValue(forKey: content.key)
        sorted.remove(content.key)
        contents[number] = KeySamples(key: ExactText(""), share: -1, seat: -1)
        free.append(number)
        numbers.letRoomGo()
        if numbers.isEmpty { (contents, free) = ([], []) }
    }

    /// Changes what is held of a key that holds something before and after, and keeps the books.
    private mutating func change(_ number: Int, _ body: (inout KeySamples, Sealing, FrameCodec) -> Void) {
        let isNew = contents[number].count == 0
        let (samples, bytes) = (contents[number].count, isNew ? 0 : contents[number].byteCount(limits.costs))
        body(&contents[number], sealing, codec)
        let more = contents[number].count - samples
        let moreBytes = contents[number].byteCount(limits.costs) - bytes
        count += more
        byteCount += moreBytes
        shares.change(
            contents[number].share, seat: contents[number].seat, turn: contents[number].turn(kept: limits.kept),
            count: more, bytes: moreBytes)
    }

    private mutating func forgetClaim(of sample: HeldSample) {
        guard !sample.isOfNamedKey, !sample.host.isEmpty else { return }
        let host = Origin.folded(sample.host)
        guard let left = claims[host]?[sample.key] else { return }
        claims[host]?[sample.key] = left > 1 ? left - 1 : nil
        if claims[host]?.isEmpty == true { claims.removeValue(forKey: host) }
    }
}

extension KeySamples {
    /// The oldest sample by the time at which it counts; there has to be one.
    fileprivate var oldest: UInt32 { byTime.first ?? firstNumber }

    /// What it would lose next.
    fileprivate func turn(kept: Int) -> WindowShares.Turn {
        let slot = slot(oldest)
        return WindowShares.Turn(isKept: count <= kept, time: slot.time, t: slot.t, key: key)
    }
}
