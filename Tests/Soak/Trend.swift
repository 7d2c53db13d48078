/// Where memory goes after the warm-up: a line by least squares, and how sure it is.
struct Trend {
    struct Sample {
        let minutes: Double
        let kib: Double
    }

    private let start: Double
    private let afterWarmup: Double
    private let end: Double
    private let highest: Double
    /// KiB per minute.
    private let slope: Double
    /// Two standard errors of it.
    private let noise: Double

    /// Neighbouring readings resemble one another, so that each alone would seem to say more than it does: the line goes
    /// through the means of blocks.
    private static let blocks = 16

    init(_ samples: [Sample], warmup: Double) {
        let steady = Array(samples.dropFirst(Int(Double(samples.count) * warmup)))
        let perBlock = max(1, steady.count / Self.blocks)
        let means = stride(from: 0, to: steady.count - perBlock + 1, by: perBlock).map { first -> Sample in
            let block = steady[first..<first + perBlock]
            return Sample(
                minutes: block.reduce(0) { $0 + $1.minutes } / Double(perBlock),
                kib: block.reduce(0) { $0 + $1.kib } / Double(perBlock))
        }
        (slope, noise) = Self.line(means)
        start = samples.first?.kib ?? .nan
        afterWarmup = means.first?.kib ?? .nan
        end = means.last?.kib ?? .nan
        highest = samples.map(\.kib).max() ?? .nan
    }

    var isFlat: Bool { slope <= noise }

    var text: String {
        "start \(Self.whole(start)) KiB, after warm-up \(Self.whole(afterWarmup)), end \(Self.whole(end)), highest "
            + "\(Self.whole(highest)); slope \(Self.whole(slope)) ± \(Self.whole(noise)) KiB/min: "
            + (isFlat ? "flat" : "growing")
    }

    private static func line(_ points: [Sample]) -> (slope: Double, noise: Double) {
        let count = Double(points.count)
        guard count > 2 else { return (.nan, .nan) }
        let (x, y) = (points.reduce(0) { $0 + $1.minutes } / count, points.reduce(0) { $0 + $1.kib } / count)
        let spread = points.reduce(0) { $0 + ($1.minutes - x) * ($1.minutes - x) }
        let slope = points.reduce(0) { $0 + ($1.minutes - x) * ($1.kib - y) } / spread
        let residuals = points.reduce(0) { sum, point in
            let residual = point.kib - y - slope * (point.minutes - x)
            return sum + residual * residual
        }
        return (slope, 2 * (residuals / (count - 2) / spread).squareRoot())
    }

    private static func whole(_ value: Double) -> String { value.isFinite ? "\(Int(value.rounded()))" : "–" }
}
