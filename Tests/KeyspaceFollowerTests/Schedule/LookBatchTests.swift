import Testing

@testable import KeyspaceFollower

@Suite struct LookBatchTests {
    @Test func `asks for a suspect alone`() {
        var batch = LookBatch(
            ["a", "b", "c"].map { Look(key: $0, need: .probe, reads: [], expectedBytes: 1, isAlone: $0 == "b") })
        #expect(batch.takePipeline(maxBytes: 8).map(\.key) == ["a"])
        #expect(batch.takePipeline(maxBytes: 8).map(\.key) == ["b"])
        #expect(batch.takePipeline(maxBytes: 8).map(\.key) == ["c"])
    }

    @Test func `asks for no more bytes at once than allowed, but for one look at least`() {
        var batch = LookBatch(
            [3, 4, 9, 1].map { Look(key: "\($0)", need: .probe, reads: [], expectedBytes: $0) })
        #expect(batch.takePipeline(maxBytes: 8).map(\.key) == ["3", "4"])
        #expect(batch.takePipeline(maxBytes: 8).map(\.key) == ["9"])
        #expect(batch.takePipeline(maxBytes: 8).map(\.key) == ["1"])
        #expect(batch.isEmpty)
    }
}
