import RESP
import RedisClient
import Testing

@testable import KeyspaceFollower

@Suite struct ServerIdentityTests {
    private func info(_ lines: String...) -> [RESPValue] {
        [.bulk(Array((["# Server"] + lines).joined(separator: "\r\n").utf8))]
    }

    @Test func `is the run and the replication`() throws {
        let identity = try ServerIdentity.read(info("run_id:abc", "loading:0", "master_replid:def"))
        #expect(identity == ServerIdentity(runID: "abc", replicationID: "def"))
    }

    @Test func `is unknown where INFO is denied`() throws {
        #expect(try ServerIdentity.read([.error(RESPServerError(parsing: "NOPERM no"))]) == nil)
    }

    @Test(arguments: ["loading:1", "async_loading:1", "master_sync_in_progress:1"])
    func `refuses a data set that is not whole`(line: String) {
        let error = #expect(throws: RedisError.self) { try ServerIdentity.read(info("run_id:abc", line)) }
        #expect(error?.code == .loading)
    }
}
