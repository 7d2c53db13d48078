import ProcFS

/// Every parser of a kernel file, tried on bytes; a check gives a sentence where a value is none.
enum KernelParsers {
    struct Parser: Sendable {
        var path: String
        var fault: @Sendable ([UInt8]) -> String?

        init<Content: KernelFile>(
            _ type: Content.Type, _ check: @escaping @Sendable (Content) -> String? = { _ in nil }
        ) {
            path = type.path
            fault = { bytes in (try? type.init(parsing: bytes)).flatMap(check) }
        }
    }

    static let all: [Parser] = [
        Parser(SystemStat.self), Parser(LoadAverage.self) { isNumber($0.oneMinute, $0.fiveMinutes, $0.fifteenMinutes) },
        Parser(Uptime.self) { isNumber($0.seconds) }, Parser(MemoryInfo.self), Parser(VirtualMemoryCounters.self),
        Parser(CPUPressure.self) { isPressure($0.pressure) }, Parser(MemoryPressure.self) { isPressure($0.pressure) },
        Parser(IOPressure.self) { isPressure($0.pressure) }, Parser(DiskStatistics.self), Parser(ProcessStat.self),
        Parser(ProcessMemory.self), Parser(ProcessIO.self),
        Parser(ProcessArguments.self) { $0.arguments.contains { $0.contains(0) } ? "an argument holds NUL" : nil },
        Parser(ControlGroup.self) { $0.unit == "" ? "a unit without a name" : nil }, Parser(UserNames.self),
        Parser(BootID.self) { $0.prefix.utf8.count == 8 ? nil : "a boot's name is not eight digits" },
        Parser(NetworkDevices.self) { $0.devices.contains { $0.name.isEmpty } ? "an interface without a name" : nil },
        Parser(SocketStatistics.self), Parser(SocketStatistics6.self), Parser(ProtocolTable.self),
        Parser(SNMPCounters.self) { isCounters($0.counters) },
        Parser(ExtendedCounters.self) { isCounters($0.counters) },
        Parser(SNMP6Counters.self) { isCounters($0.counters) }, Parser(TCPTable4.self), Parser(TCPTable6.self),
        Parser(UDPTable4.self) { $0.sockets.contains { $0.port == 0 } ? "a service without a port" : nil },
        Parser(UDPTable6.self),
    ]

    private static func isNumber(_ values: Double...) -> String? {
        values.allSatisfy { $0.isFinite && $0 >= 0 } ? nil : "a number that is none, or below 0"
    }

    private static func isPressure(_ pressure: Pressure) -> String? {
        [pressure.some, pressure.full].compactMap { $0 }
            .lazy.compactMap { isNumber($0.tenSeconds, $0.oneMinute, $0.fiveMinutes) }.first
    }

    private static func isCounters(_ counters: ProtocolCounters) -> String? {
        counters.names.count == counters.values.count ? nil : "not as many values as names"
    }
}
