/// A file of protocol counters: its names hardly ever change, so that they are kept from one reading to the next.
package protocol CounterFile: KernelFile {
    var counters: ProtocolCounters { get }

    init(parsing bytes: UnsafeRawBufferPointer, after previous: ProtocolCounters?) throws(ProcFSError)
}

extension CounterFile {
    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        try self.init(parsing: bytes, after: nil)
    }
}
