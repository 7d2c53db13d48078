import RedisClient
import Testing

@Suite
struct RedisEndpointTests {
    static let sound: [(url: String, endpoint: RedisEndpoint)] = [
        ("redis://localhost", .init(address: .tcp(host: "localhost", port: 6379))),
        ("REDIS://db_1.example-host:7000/3", .init(address: .tcp(host: "db_1.example-host", port: 7000), database: 3)),
        ("redis://h/?db=4", .init(address: .tcp(host: "h", port: 6379), database: 4)),
        ("redis://[::1]", .init(address: .tcp(host: "::1", port: 6379))),
        ("redis://[fe80::1:2]:65535/0", .init(address: .tcp(host: "fe80::1:2", port: 65535))),
        ("redis://:pw@h:1", .init(address: .tcp(host: "h", port: 1), password: Secret("pw"))),
        (
            "redis://us%40er:p%3A%2Fw%C3%A9@h",
            .init(address: .tcp(host: "h", port: 6379), username: "us@er", password: Secret("p:/wé"))
        ),
        ("redis://u:a@b:c@h", .init(address: .tcp(host: "h", port: 6379), username: "u", password: Secret("a@b:c"))),
        ("rediss://h:1/2", .init(address: .tcp(host: "h", port: 1), database: 2, usesTLS: true)),
        (
            "redis+sentinel://h:1,i,[::1]:2/main-1",
            .init(
                address: .sentinels(
                    .init(
                        sentinels: [
                            RedisHost(host: "h", port: 1), RedisHost(host: "i", port: 26379),
                            RedisHost(host: "::1", port: 2),
                        ], master: "main-1")))
        ),
        (
            "rediss+sentinel://u:p@h/main/3",
            .init(
                address: .sentinels(.init(sentinels: [RedisHost(host: "h", port: 26379)], master: "main")),
                database: 3, username: "u", password: Secret("p"), usesTLS: true)
        ),
        ("unix:///run/redis.sock", .init(address: .unix(path: "/run/redis.sock"))),
        ("unix:///run/a@b%20c.sock?db=9", .init(address: .unix(path: "/run/a@b c.sock"), database: 9)),
        ("unix://u:p@/r.sock", .init(address: .unix(path: "/r.sock"), username: "u", password: Secret("p"))),
    ]

    @Test(arguments: sound)
    func `parses a sound URL`(url: String, endpoint: RedisEndpoint) throws {
        #expect(try RedisEndpoint(url: url) == endpoint)
    }

    static let broken: [(url: String, failure: RedisURLError)] = [
        ("", .unknownScheme("")),
        ("localhost:6379", .unknownScheme("localhost:6379")),
        ("http://h", .unknownScheme("http")),
        ("redis-sentinel://h/m", .unknownScheme("redis-sentinel")),
        ("redis+sentinel://h", .missingMasterName),
        ("redis+sentinel://h/", .missingMasterName),
        ("redis+sentinel://h//3", .missingMasterName),
        ("redis+sentinel://h/ma$ter", .invalidMasterName("ma$ter")),
        ("redis+sentinel://h,/main", .missingHost),
        ("redis+sentinel:///main", .missingHost),
        ("redis+sentinel://h:x,i/main", .invalidPort("x")),
        ("redis+sentinel://h/main/x", .invalidDatabase("x")),
        ("redis+sentinel://h/main/1/2", .invalidDatabase("2")),
        ("rediss+sentinel://u:p/w@h/main", .unencodedPassword),
        ("redis://", .missingHost),
        ("redis:///1", .missingHost),
        ("redis://:1", .missingHost),
        ("redis://h ost", .invalidCharacter(part: "URL")),
        ("redis://h\nost", .invalidCharacter(part: "URL")),
        ("redis://ho$t", .invalidHost("ho$t")),
        ("redis://::1", .invalidHost(":")),
        ("redis://[::1", .invalidHost("[::1")),
        ("redis://[::1]x", .invalidHost("[::1]x")),
        ("redis://[host]", .invalidHost("host")),
        ("redis://h:", .invalidPort("")),
        ("redis://h:0", .invalidPort("0")),
        ("redis://h:65536", .invalidPort("65536")),
        ("redis://h:+1", .invalidPort("+1")),
        ("redis://h/x", .invalidDatabase("x")),
        ("redis://h/-1", .invalidDatabase("-1")),
        ("redis://h/2147483648", .invalidDatabase("2147483648")),
        ("redis://h?db=", .invalidDatabase("")),
        ("redis://h?timeout=1", .unknownParameter("timeout")),
        ("redis://h#x", .unexpectedFragment),
        ("redis://word@h", .userWithoutPassword),
        ("redis://user:@h", .emptyPassword),
        ("redis://u:p%@h", .invalidPercentEncoding(part: "password")),
        ("redis://u:p%G1@h", .invalidPercentEncoding(part: "password")),
        ("redis://%FF:p@h", .invalidPercentEncoding(part: "user")),
        ("unix://run/redis.sock", .missingSocketPath),
        ("unix:///", .missingSocketPath),
        ("unix://", .missingSocketPath),
        ("unix:///a%00b", .invalidCharacter(part: "socket path")),
        ("unix:///" + String(repeating: "a", count: 107), .socketPathTooLong(bytes: 108)),
    ]

    @Test(arguments: broken)
    func `names what is wrong with a URL`(url: String, failure: RedisURLError) {
        #expect(throws: failure) { try RedisEndpoint(url: url) }
    }

    @Test(arguments: [
        "redis://u:hunt/er2@h", "redis://u:hunt?er2@h", "redis://u:hunt@er2/hunt@h", "unix://u:hunt/er2@/x",
        "hunter2@host", "redis://u:hunt%er2@h", "redis://hunter2@h", "rediss://u:hunt/er2@h", "foo://u:hunter2@h",
        "redis://u:hunter2@h:99999", "redis://u:hunter2@h/x", "redis://u:hunter2@h?x=1", "redis://u:hunt#er2@h",
    ])
    func `repeats no password in an error`(url: String) {
        let error = #expect(throws: RedisURLError.self) { try RedisEndpoint(url: url) }
        #expect(error?.description.contains("hunt") == false)
        #expect(error?.description.contains("er2") == false)
    }

    @Test func `shows no password in any description`() throws {
        let configuration = try configuration("redis://user:hunter2@[::1]:7000/2")
        var dumped = ""
        dump(configuration, to: &dumped)
        let shown = ["\(configuration)", String(reflecting: configuration), dumped, "\(configuration.endpoint)"]
        #expect(!shown.contains { $0.contains("hunter2") })
        #expect(configuration.endpoint.description == "redis://user@[::1]:7000/2")
        #expect(try RedisEndpoint(url: "unix://:x@/a?db=1").description == "unix:///a?db=1")
        let sentinels = try RedisEndpoint(url: "rediss+sentinel://u:hunter2@a,[::1]:2/main/3")
        #expect(sentinels.description == "rediss+sentinel://u@a:26379,[::1]:2/main/3")
    }
}
