import ProcFS

/// What one block device did between two readings; nil where a counter went backwards or is new.
package struct DiskRates: Sendable, Equatable {
    package var name: [UInt8]
    package var readBps: Double?
    package var writtenBps: Double?
    package var readsPerS: Double?
    package var writesPerS: Double?
    package var utilisationPct: Double?
    /// nil where the kernel's count has gone wrong.
    package var inFlight: UInt64?

    /// The bytes of a sector here, whatever the device's own are.
    private static let sector = 512.0

    init(from previous: DiskStatistics.Device?, to current: DiskStatistics.Device, seconds: Double?) {
        func rate(_ path: KeyPath<DiskStatistics.Device, UInt64>) -> Double? {
            Rate.perSecond(from: previous?[keyPath: path], to: current[keyPath: path], seconds: seconds)
        }
        name = current.name
        readBps = rate(\.sectorsRead).map { $0 * Self.sector }
        writtenBps = rate(\.sectorsWritten).map { $0 * Self.sector }
        readsPerS = rate(\.reads)
        writesPerS = rate(\.writes)
        // Milliseconds per second are tenths of a percent; the kernel's own clock may run past the interval.
        utilisationPct = rate(\.busyMs).map { min(100, $0 / 10) }
        inFlight = current.inFlight
    }
}
