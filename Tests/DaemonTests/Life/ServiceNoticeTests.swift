import Logging
import Testing

@testable import Daemon

@Suite struct ServiceNoticeTests {
    @Test func `notices are the words of sd_notify`() {
        #expect(ServiceNotice.ready("listening on http://x").text == "READY=1\nSTATUS=listening on http://x")
        #expect(
            ServiceNotice.stopping(within: .seconds(40)).text
                == "STOPPING=1\nSTATUS=ending\nEXTEND_TIMEOUT_USEC=40000000")
        #expect(ServiceNotice.ready(nil).text == "READY=1")
        #expect(ServiceNotice.reloading(at: .milliseconds(1500)).text == "RELOADING=1\nMONOTONIC_USEC=1500000")
        #expect(ServiceNotice.watchdog.text == "WATCHDOG=1")
    }

    @Test func `a line break in a status begins no other assignment`() {
        #expect(ServiceNotice.ready("a\nSTOPPING=1\r\nb").text == "READY=1\nSTATUS=a STOPPING=1 b")
    }

    @Test(arguments: [nil, "", "@", "/", "relative", "vsock:2:1234"])
    func `without a socket that can be named nothing is told`(_ path: String?) {
        var variables = ["WATCHDOG_USEC": "1000000"]
        variables["NOTIFY_SOCKET"] = path
        let environment = ServiceEnvironment(variables, process: 7)
        #expect(environment.socket == nil && environment.watchdog == nil)
    }

    @Test(
        arguments: [
            ("2000000", nil, Duration.seconds(2)), ("2000000", "7", .seconds(2)), ("2000000", "8", nil),
            ("2000000", "x", nil), ("0", nil, nil), ("-1", nil, nil), ("", nil, nil),
            ("99999999999999999999", nil, nil),
            ("1.5", nil, nil),
        ] as [(String, String?, Duration?)])
    func `the watchdog is for this process, and wants a time`(limit: String, process: String?, expected: Duration?) {
        var variables = ["NOTIFY_SOCKET": "@x", "WATCHDOG_USEC": limit]
        variables["WATCHDOG_PID"] = process
        #expect(ServiceEnvironment(variables, process: 7).watchdog == expected)
    }

    @Test(
        arguments: [
            ("2000000", .seconds(1)), ("1", .milliseconds(10)),
            ("9223372036854775806", .microseconds(Int64.max / 2)),
        ] as [(String, Duration)])
    func `signs of life come twice as often, and not without a pause`(limit: String, expected: Duration) {
        let variables = ["NOTIFY_SOCKET": "@x", "WATCHDOG_USEC": limit]
        #expect(ServiceEnvironment(variables, process: 7).beat == expected)
    }

    @Test func `of a manager that is gone a line is logged, and not one for each word to it`() {
        let log = LogRecorder()
        let environment = ServiceEnvironment(["NOTIFY_SOCKET": "/nowhere/notify"], process: 7)
        let manager = ServiceManager(environment, logger: Logger("test", DaemonConfiguration()) { log.write($0) })
        for _ in 0..<100 { manager.tell(.watchdog) }
        #expect(log.lines(with: "the service manager was not told").count == 1)
    }

    @Test func `an address that is too long is none`() {
        #expect(UnixAddress("/" + String(repeating: "x", count: 106)) != nil)
        #expect(UnixAddress("/" + String(repeating: "x", count: 107)) == nil)
    }

    @Test func `an abstract name has its own length, a path its end`() throws {
        let lengths = try ["@abc", "/abc"].map { name in
            try #require(UnixAddress(name)).withSockaddr { _, length in Int(length) }
        }
        #expect(lengths == [2 + 4, 2 + 5])
    }
}
