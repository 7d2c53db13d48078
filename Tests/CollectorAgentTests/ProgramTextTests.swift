import Testing

@testable import CollectorAgent

@Suite struct ProgramTextTests {
    @Test func `only code of files is released, never what may have been written to`() {
        let maps = """
            55d0c0000000-55d0c0100000 r--p 00000000 fe:00 1234                       /usr/bin/collector
            55d0c0100000-55d0c0f00000 r-xp 00100000 fe:00 1234                       /usr/bin/collector
            55d0c0f00000-55d0c1000000 rw-p 00f00000 fe:00 1234                       /usr/bin/collector
            7f0000000000-7f0000001000 rwxp 00000000 fe:00 99                         /tmp/with space
            7f0000002000-7f0000003000 r-xp 00000000 00:00 0                          [vdso]
            7f0000004000-7f0000005000 r-xp 00000000 fe:00 77                         /lib/with space.so (deleted)
            7f0000006000-7f0000005000 r-xp 00000000 fe:00 77                         /lib/backwards.so
            7f000000g000-7f0000009000 r-xp 00000000 fe:00 77                         /lib/odd.so
            truncated
            """
        let found: [Range<UInt>] = [0x55d0_c010_0000..<0x55d0_c0f0_0000, 0x7f00_0000_4000..<0x7f00_0000_5000]
        #expect(ProgramText.mappings(in: maps) == found)
    }

    @Test func `code that was released runs on`() {
        #expect(ProgramText.release() > 0)
        #expect(ProgramText.release() > 0)
    }
}
