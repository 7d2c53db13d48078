import CHost
import JSONBytes
import ProcFS
import SampleContract
import TestSupport
import Testing

@testable import Probes

@Suite struct ClockProbeTests {
    private func clock(_ change: (inout timex) -> Void = { _ in }, state: CInt = TIME_OK) -> KernelClock {
        var status = timex()
        status.tick = 10_000
        change(&status)
        return KernelClock(status, state: state)
    }

    private func json(_ clock: KernelClock?) throws -> JSONValue {
        var writer = JSONWriter()
        writer.beginObject()
        writer.members(clock, ClockProbe.members)
        writer.endObject()
        return try JSONValue(parsing: writer.bytes)
    }

    @Test func `a clock that a time service holds tells offset, errors and speed in its names' units`() throws {
        let found = try json(
            clock {
                $0.offset = -1_234_567
                $0.status = STA_PLL | STA_NANO
                $0.freq = -65_536 * 12 - 32_768
                $0.maxerror = 25_000
                $0.esterror = 17
                $0.tai = 37
            })
        #expect(found["synchronised"]?.bool == true)
        #expect(found["offsetUs"]?.number == -1234.567)
        #expect(found["freqPpm"]?.number == -12.5)
        #expect(
            [found["maxErrorUs"], found["estErrorUs"], found["taiS"]] == [.number(25_000), .number(17), .number(37)])
        #expect(found["tickUs"]?.number == 10_000)
        #expect(found["leap"]?.string == "none")
    }

    @Test func `an offset without nanoseconds is in microseconds`() throws {
        #expect(try json(clock { $0.offset = 250 })["offsetUs"]?.number == 250)
        #expect(clock { $0.offset = .max }.offsetNs == .max)
        #expect(clock { $0.offset = .min }.offsetNs == .min)
    }

    @Test(arguments: [(STA_UNSYNC, TIME_OK), (0, TIME_ERROR), (STA_UNSYNC, TIME_ERROR)] as [(CInt, CInt)])
    func `either word of the kernel says that the clock is not held`(status: CInt, state: CInt) throws {
        let found = try json(clock({ $0.status = status }, state: state))
        #expect(found["synchronised"]?.bool == false)
        // Nobody has told it: no such difference is not a difference of 0.
        #expect(found["taiS"] == .null)
    }

    @Test(arguments: [(STA_INS, "insert"), (STA_DEL, "delete"), (0, "none")] as [(CInt, String)])
    func `a leap second to come is told`(status: CInt, leap: String) throws {
        #expect(try json(clock { $0.status = status })["leap"]?.string == leap)
    }

    @Test func `the running kernel is asked, and the sample has the envelope`() throws {
        let probe = ClockProbe(root: "", options: ProbeOptions())
        let first = try JSONValue(parsing: probe.sample(at: .make(0, atS: 10)).bytes)
        #expect(first["id"]?.string == "h:clock:1:0")
        #expect(first["flags"]?.array?.contains(.string("first")) == true)
        #expect(first["dtMs"] == .null)
        let second = try JSONValue(parsing: probe.sample(at: .make(1, atS: 12)).bytes)
        #expect(second["dtMs"]?.number == 2000)
        let isRefused = second["flags"]?.array?.isEmpty == false
        #expect(isRefused ? second["synchronised"] == .null : second["synchronised"]?.bool != nil)
        if !isRefused { #expect(second["tickUs"]?.number ?? 0 > 0) }
    }

    @Test func `a copied tree has no clock: all is null and nothing failed`() throws {
        let tree = try KernelTree("linux-6.18")
        let probe = ClockProbe(root: tree.root, options: ProbeOptions())
        let found = try JSONValue(parsing: probe.sample(at: .make(0, atS: 10)).bytes)
        for column in ClockProbe.members { #expect(found["\(column.name)"] == .null) }
        #expect(found["flags"]?.array == [.string("first")])
        #expect(probe.takeWarnings().isEmpty)
    }
}
