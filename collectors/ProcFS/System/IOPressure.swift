/// `/proc/pressure/io`.
package struct IOPressure: KernelFile, Sendable, Equatable {
    package static let path = "proc/pressure/io"
    package var pressure: Pressure

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        pressure = try Pressure(parsing: bytes, path: Self.path)
    }
}
