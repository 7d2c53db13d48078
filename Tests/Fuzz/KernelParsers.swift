import ProcFS

/// Every parser of a kernel file, tried on bytes; a check gives a sentence where a value is none.
enum KernelParsers {
    struct Parser: Sendable {
        var path: String
        var fault: @Sendable ([UInt8]) -> String?

        init<Content: KernelFile>(
            _ type: Content.Type, _ path: String = Content.path,
            _ check: @escaping @Sendable (Content) -> String? = { _ in nil }
        ) {
            self.path = path
            fault = { bytes in (try? type.init(parsing: bytes)).flatMap(check) }
        }
    }

    static let all: [Parser] = [
        Parser(SystemStat.self), Parser(LoadAverage.self) { isNumber($0.oneMinute, $0.fiveMinutes, $0.fifteenMinutes) },
        Parser(Uptime.self) { isNumber($0.seconds) }, Parser(MemoryInfo.self), Parser(VirtualMemoryCounters.self),
        Parser(Pressure.self) { isPressure($0) }, Parser(Pressure.self, Pressure.memoryPath) { isPressure($0) },
        Parser(Pressure.self, Pressure.ioPath) { isPressure($0) }, Parser(DiskStatistics.self),
        Parser(ProcessStat.self),
        Parser(ProcessMemory.self), Parser(ProcessIO.self),
        Parser(ProcessArguments.self) { $0.arguments.contains { $0.contains(0) } ? "an argument holds NUL" : nil },
        Parser(ControlGroup.self) { $0.unit == "" ? "a unit without a name" : nil }, Parser(UserNames.self),
        Parser(BootID.self) { $0.prefix.utf8.count == 8 ? nil : "a boot's name is not eight digits" },
        Parser(NetworkDevices.self) { $0.devices.contains { $0.name.isEmpty } ? "an interface without a name" : nil },
        Parser(SocketStatistics.self), Parser(SocketStatistics.self, SocketStatistics.path6),
        Parser(ProtocolTable.self),
        Parser(ProtocolCounters.self) { isCounters($0) },
        Parser(ProtocolCounters.self, ProtocolCounters.extendedPath) { isCounters($0) },
        Parser(ProtocolCounters.self, ProtocolCounters.path6) { isCounters($0) },
        Parser(SocketTable.self), Parser(SocketTable.self, SocketTable.tcp6Path),
        Parser(SocketTable.self, SocketTable.udpPath) { hasServices($0) },
        Parser(SocketTable.self, SocketTable.udp6Path) { hasServices($0) },
    ]

    private static func isNumber(_ values: Double...) -> String? {
        values.allSatisfy { $0.isFinite && $0 >= 0 } ? nil : "a number that is none, or below 0"
    }

    private static func isPressure(_ pressure: Pressure) -> String? {
        [pressure.some, pressure.full].compactMap { $0 }
            .lazy.compactMap { isNumber($0.tenSeconds, $0.oneMinute, $0.fiveMinutes) }.first
    }

    private static func hasServices(_ table: SocketTable) -> String? {
        table.datagramSockets.contains { $0.port == 0 } ? "a service without a port" : nil
    }

    private static func isCounters(_ counters: ProtocolCounters) -> String? {
        counters.names.count == counters.values.count ? nil : "not as many values as names"
    }
}
