import RESP
import RedisClient
import Testing

@Suite
struct RedisErrorTests {
    @Test(arguments: [
        ("NOAUTH Authentication required.", RedisError.Code.authentication),
        ("WRONGPASS invalid username-password pair or user is disabled.", .authentication),
        ("NOPERM this user has no permissions to run the 'config|set' command", .noPermission),
        ("LOADING Redis is loading the dataset in memory", .loading),
        ("MASTERDOWN Link with MASTER is down", .loading),
        ("BUSY Redis is busy running a script.", .busy),
        ("READONLY You can't write against a read only replica.", .readOnly),
        ("WRONGTYPE Operation against a key", .server),
        ("ERR unknown command", .unsupported), ("ERR syntax error", .server),
    ])
    func `maps an error reply to its code and keeps its words`(text: String, code: RedisError.Code) {
        let error = RedisError(RESPServerError(parsing: text), to: "CMD")
        #expect(error.code == code)
        #expect(error.description == "CMD: \(text)")
        #expect(error.reply == RESPServerError(parsing: text))
    }
}
