/// `/proc/pressure/cpu`.
package struct CPUPressure: KernelFile, Sendable, Equatable {
    package static let path = "proc/pressure/cpu"
    package var pressure: Pressure

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        pressure = try Pressure(parsing: bytes, path: Self.path)
    }
}
