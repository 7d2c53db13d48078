import DequeModule
import SortedSearch

/// The samples of one key: the newest to come as they are, those before them in sealed frames.
///
/// Each has a number, in the order in which they came. `slots` tells of each what is asked without its bytes, `order`
/// has their numbers by time. So late samples and new versions only come behind the others, like any, and whoever leaves
/// is forgotten where it stands: nothing is opened for that. A frame goes when it holds nothing any more; a key that
/// has lost many samples amid others is written anew. A step costs O(log n) comparisons.
struct KeySamples: Sendable {
    struct Slot: Sendable {
        let t: Double
        /// The time at which it counts: `t`, but not later than its arrival.
        let time: Double
        let memberHash: UInt64
        /// Of its bytes; 0 once a frame was written without them.
        var byteCount: UInt32
        /// How many of these go with its details.
        var detailBytes: UInt32
        let origin: UInt32
        let traits: Sample.Traits
        var isHeld = true
    }

    /// A sample that is not sealed.
    struct Unsealed: Sendable {
        let id: ExactText
        let bytes: [UInt8]
        let details: SampleDetails

        /// Its figures.
        var figures: [UInt8] { details.cut(outOf: bytes) }
    }

    let key: ExactText
    /// The number of its host's share, and its seat there.
    let share: Int
    let seat: Int

    /// Of all numbers from `firstNumber`, with those that have left.
    var slots: Deque<Slot> = []
    var firstNumber: UInt32 = 0
    /// The numbers of those held, by `t` and `id`.
    private(set) var order: Deque<UInt32> = []
    /// The same by the time at which they count, of one time by `t` and `id`; nil while that is the same order.
    private(set) var timeOrder: Deque<UInt32>?
    private(set) var table = IDTable()
    var origins = KeyOrigins()
    /// Without gaps from `firstNumber` on.
    var frames: Deque<SealedFrame> = []
    /// The last numbers, behind the frames; nil where one has left.
    var tail: Deque<Unsealed?> = []
    var tailBytes = 0
    var frameBytes = 0
    /// A seal failed: the next is tried with so many samples.
    var sealsAgainAt = 0
    /// Bytes that others hold because of the key.
    var besides = 0
    private(set) var comparisons = 0

    init(key: ExactText, share: Int, seat: Int) {
        self.key = key
        self.share = share
        self.seat = seat
    }

    var count: Int { order.count }

    /// What it takes of memory.
    func byteCount(_ costs: WindowCosts) -> Int {
        costs.key + costs.nameByte * key.text.utf8.count + besides + costs.sample * slots.count + tailBytes + frameBytes
            + costs.frame * frames.count + costs.origin * max(0, origins.count - 1)
    }

    // MARK: Looking up

    func slot(_ number: UInt32) -> Slot { slots[Int(number &- firstNumber)] }

    /// The first of the tail.
    var tailNumber: UInt32 { firstNumber &+ UInt32(slots.count - tail.count) }

    func unsealed(_ number: UInt32) -> Unsealed? {
        let index = Int(number &- firstNumber) - (slots.count - tail.count)
        return index >= 0 ? tail[index] : nil
    }

    /// The index of the frame with that number; nil where it is in none.
    func frameIndex(of number: UInt32) -> Int? {
        guard number &- firstNumber < tailNumber &- firstNumber else { return nil }
        return frames.partitionPoint { $0.first &- firstNumber > number &- firstNumber } - 1
    }

    func id(of number: UInt32) -> ExactText {
        if let unsealed = unsealed(number) { return unsealed.id }
        guard let index = frameIndex(of: number) else { return ExactText("") }
        return frames[index].ids[Int(number &- frames[index].first)]
    }

    func number(of id: ExactText) -> UInt32? {
        table.find(Self.hash(id)) { self.id(of: $0) == id }
    }

    /// The sample with that time and member.
    func number(t: Double, memberHash: UInt64) -> UInt32? {
        var index = index(from: t)
        while index < order.count, slot(order[index]).t == t {
            if slot(order[index]).memberHash == memberHash { return order[index] }
            index += 1
        }
        return nil
    }

    func held(_ number: UInt32) -> HeldSample {
        let slot = slot(number)
        let origin = origins[slot.origin]
        return HeldSample(
            key: key, host: origin.host, probe: origin.probe, t: slot.t, time: slot.time,
            byteCount: Int(slot.byteCount), detailBytes: Int(slot.detailBytes), memberHash: slot.memberHash,
            traits: slot.traits, number: number)
    }

    static func hash(_ id: ExactText) -> UInt32 { UInt32(truncatingIfNeeded: id.hashValue) }

    // MARK: Orders

    /// The samples by the time at which they count.
    var byTime: Deque<UInt32> { timeOrder ?? order }

    /// Whether a sample of that time would not stand before the oldest.
    func isNotBeforeFirst(_ t: Double, _ id: ExactText) -> Bool {
        guard let first = order.first else { return true }
        return precedes(first, t, id) || slot(first).t == t && self.id(of: first) == id
    }

    /// Whether a sample would be among the newest `limit` by the time at which they count.
    func isAmongNewest(_ limit: Int, time: Double, _ t: Double, _ id: ExactText) -> Bool {
        guard order.count >= limit else { return true }
        guard limit > 0 else { return false }
        let oldest = byTime[order.count - limit]
        if precedes(oldest, time: time, t, id) { return true }
        let slot = slot(oldest)
        return slot.time == time && slot.t == t && self.id(of: oldest) == id
    }

    private func precedes(_ number: UInt32, _ t: Double, _ id: ExactText) -> Bool {
        let slot = slot(number)
        return slot.t != t ? slot.t < t : self.id(of: number) < id
    }

    private func precedes(_ number: UInt32, time: Double, _ t: Double, _ id: ExactText) -> Bool {
        let slot = slot(number)
        if slot.time != time { return slot.time < time }
        return slot.t != t ? slot.t < t : self.id(of: number) < id
    }

    /// The first index in `order` whose sample is not older.
    func index(from t: Double) -> Int { order.partitionPoint { slot($0).t >= t } }

    /// The first index in `byTime` whose sample counts later, or at that time and has a greater `t`.
    func indexByTime(behind time: Double, _ t: Double) -> Int {
        byTime.partitionPoint {
            let slot = slot($0)
            return slot.time != time ? slot.time > time : slot.t > t
        }
    }

    /// The first index in `order` behind a place that need not be there.
    func index(after t: Double, _ id: ExactText) -> Int {
        var index = index(from: t)
        while index < order.count, slot(order[index]).t == t, self.id(of: order[index]) <= id { index += 1 }
        return index
    }

    /// Where a sample goes, and how many were compared; most come in order, so the end is tried first.
    private func place(in numbers: Deque<UInt32>, _ isBefore: (UInt32) -> Bool) -> (index: Int, compared: Int) {
        guard let last = numbers.last, !isBefore(last) else { return (numbers.count, 1) }
        var compared = 1
        let index = numbers.dropLast().partitionPoint { number in
            compared += 1
            return !isBefore(number)
        }
        return (index, compared)
    }

    // MARK: Changes

    mutating func add(_ sample: Sample, _ id: ExactText, time: Double) {
        let origin = origins.add(host: sample.host, probe: sample.probe)
        let details = sample.details
        let slot = Slot(
            t: sample.t, time: time, memberHash: sample.memberHash, byteCount: UInt32(clamping: sample.bytes.count),
            detailBytes: UInt32(clamping: details.byteCount), origin: origin, traits: sample.traits)
        append(slot, Unsealed(id: id, bytes: sample.bytes, details: details))
    }

    /// Takes a sample whose origin is in use.
    mutating func append(_ slot: Slot, _ sample: Unsealed) {
        let number = firstNumber &+ UInt32(slots.count)
        let place = place(in: order) { precedes($0, slot.t, sample.id) }
        comparisons += place.compared
        if timeOrder == nil, !isOrdered(slot, at: place.index) { timeOrder = order }
        if let index = timeOrder.map({ order in
            self.place(in: order) { precedes($0, time: slot.time, slot.t, sample.id) }.index
        }) {
            timeOrder?.insert(number, at: index)
        }
        order.insert(number, at: place.index)
        table.insert(number, Self.hash(sample.id))
        slots.append(slot)
        tail.append(sample)
        tailBytes += sample.bytes.count
    }

    /// Whether a sample that goes to that index of `order` stands there by the time at which it counts, too.
    private func isOrdered(_ new: Slot, at index: Int) -> Bool {
        if index > 0, slot(order[index - 1]).time > new.time { return false }
        return index == order.count || slot(order[index]).time >= new.time
    }

    /// Lets a sample go.
    mutating func remove(_ number: UInt32) {
        let slot = slot(number)
        table.remove(number, Self.hash(id(of: number)))
        order.remove(at: index(of: number, slot.t))
        if let index = timeOrder.map({ index(of: number, time: slot.time, in: $0) }) { timeOrder?.remove(at: index) }
        origins.remove(slot.origin)
        slots[Int(number &- firstNumber)].isHeld = false
        if let index = frameIndex(of: number) {
            let before = frames[index].byteCount
            frames[index].lose()
            frameBytes += frames[index].byteCount - before
        } else {
            tail[Int(number &- tailNumber)] = nil
            tailBytes -= Int(slot.byteCount)
        }
        trim()
    }

    private func index(of number: UInt32, _ t: Double) -> Int {
        if order.first == number { return 0 }
        var index = index(from: t)
        while order[index] != number { index += 1 }
        return index
    }

    private func index(of number: UInt32, time: Double, in numbers: Deque<UInt32>) -> Int {
        if numbers.first == number { return 0 }
        var index = numbers.partitionPoint { slot($0).time >= time }
        while numbers[index] != number { index += 1 }
        return index
    }

    /// Forgets those that have left before all others.
    private mutating func trim() {
        while let frame = frames.first, frame.held == 0 { dropFirst(frame.count) }
        guard frames.isEmpty else { return }
        while case .some(nil) = tail.first {
            tail.removeFirst()
            slots.removeFirst()
            firstNumber &+= 1
        }
    }

    private mutating func dropFirst(_ count: Int) {
        frames.removeFirst()
        slots.removeFirst(count)
        firstNumber &+= UInt32(count)
    }

    /// Forgets all but what it is: for ``rewrite(_:_:)``.
    mutating func clear() {
        (slots, order, timeOrder, table) = ([], [], nil, IDTable())
        (frames, tail, tailBytes, frameBytes, firstNumber, sealsAgainAt) = ([], [], 0, 0, 0, 0)
    }
}
