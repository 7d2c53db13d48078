package import ProcFS

/// What went through one interface between two readings; nil where a counter went backwards or is new.
package struct InterfaceRates: Sendable, Equatable {
    package var name: [UInt8]
    package var receivedBps: Double?
    package var sentBps: Double?
    package var receivedPps: Double?
    package var sentPps: Double?
    package var receiveErrorsPerS: Double?
    package var sendErrorsPerS: Double?
    package var receiveDropsPerS: Double?
    package var sendDropsPerS: Double?

    package init(from previous: NetworkDevices.Device?, to current: NetworkDevices.Device, seconds: Double?) {
        func rate(_ path: KeyPath<NetworkDevices.Device, UInt64>) -> Double? {
            Rate.perSecond(from: previous?[keyPath: path], to: current[keyPath: path], seconds: seconds)
        }
        name = current.name
        receivedBps = rate(\.rxBytes)
        sentBps = rate(\.txBytes)
        receivedPps = rate(\.rxPackets)
        sentPps = rate(\.txPackets)
        receiveErrorsPerS = rate(\.rxErrors)
        sendErrorsPerS = rate(\.txErrors)
        receiveDropsPerS = rate(\.rxDropped)
        sendDropsPerS = rate(\.txDropped)
    }
}
