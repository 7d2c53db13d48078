/// `/proc/pressure/memory`.
package struct MemoryPressure: KernelFile, Sendable, Equatable {
    package static let path = "proc/pressure/memory"
    package var pressure: Pressure

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        pressure = try Pressure(parsing: bytes, path: Self.path)
    }
}
