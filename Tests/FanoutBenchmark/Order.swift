/// What a writer is told to do, as one line on its standard input, and what it answers.
enum Order: Equatable {
    /// Event after event, each as soon as the one before is with the kernel.
    case flood(seconds: Double)
    /// So many events per second.
    case pace(perSecond: Double, seconds: Double)

    var line: String {
        switch self {
        case .flood(let seconds): "flood \(seconds)"
        case .pace(let rate, let seconds): "pace \(rate) \(seconds)"
        }
    }

    init?(_ line: String) {
        let words = line.split(separator: " ")
        let numbers = words.dropFirst().compactMap { Double($0) }
        switch (words.first, numbers.count) {
        case ("flood", 1): self = .flood(seconds: numbers[0])
        case ("pace", 2): self = .pace(perSecond: numbers[0], seconds: numbers[1])
        default: return nil
        }
    }

    /// Nanoseconds from the start until the event of that number is due; nil where the order is done.
    func due(_ number: Int, elapsed: UInt64) -> UInt64? {
        switch self {
        case .flood(let seconds): Double(elapsed) < seconds * 1e9 ? 0 : nil
        case .pace(let rate, let seconds):
            Double(number) < (rate * seconds).rounded() ? UInt64(Double(number) / rate * 1e9) : nil
        }
    }
}
