import Glibc

/// Says which input was being tried when the process trapped.
enum CrashReport {
    // Read by the signal handler, written by the one thread there is.
    nonisolated(unsafe) static var number = 0
    nonisolated(unsafe) private static var seed: UInt64 = 0

    nonisolated(unsafe) private static var part: StaticString = ""

    static func install(seed: UInt64, part: StaticString) {
        Self.seed = seed
        Self.part = part
        for trap in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT] {
            signal(trap) { signal in
                CrashReport.write("fuzz: trapped at --seed ")
                CrashReport.write(CrashReport.seed)
                CrashReport.write(" --part ")
                CrashReport.write(CrashReport.part)
                CrashReport.write(" --only ")
                CrashReport.write(UInt64(CrashReport.number))
                CrashReport.write("\n")
                Glibc.signal(signal, SIG_DFL)
                raise(signal)
            }
        }
    }

    private static func write(_ text: StaticString) { _ = Glibc.write(2, text.utf8Start, text.utf8CodeUnitCount) }

    /// Digits without an allocation, which a signal handler must not do.
    private static func write(_ number: UInt64) {
        if number >= 10 { write(number / 10) }
        var digit = UInt8(ascii: "0") + UInt8(number % 10)
        _ = Glibc.write(2, &digit, 1)
    }
}
