import HTTPTypes
import Testing

@testable import Daemon

struct StaticFilesTests {
    @Test(
        arguments: [
            (nil, .whole), ("", .whole), ("bytes", .whole), ("bytes=", .whole), ("items=0-1", .whole),
            ("bytes=0-9", .part(0..<10)), ("BYTES = 0-9", .part(0..<10)), ("bytes=0-", .part(0..<100)),
            ("bytes=99-", .part(99..<100)), ("bytes=90-1000", .part(90..<100)), ("bytes=-1", .part(99..<100)),
            ("bytes=-1000", .part(0..<100)), ("bytes=0-99999999999999999999", .part(0..<100)),
            ("bytes=-99999999999999999999", .part(0..<100)), ("bytes=0-9223372036854775807", .part(0..<100)),
            ("bytes=100-", .unsatisfiable), ("bytes=9999999-", .unsatisfiable), ("bytes=-0", .unsatisfiable),
            ("bytes=99999999999999999999-", .unsatisfiable), ("bytes=100-101,200-", .unsatisfiable),
            ("bytes=9-0", .whole), ("bytes=-", .whole), ("bytes=a-b", .whole), ("bytes=0-9-", .whole),
            ("bytes=+1-2", .whole), ("bytes=0--1", .whole), ("bytes=0x1-2", .whole), ("bytes=0-1;x", .whole),
            ("bytes=0-1,5-6", .whole), ("bytes=0-1,x", .whole), ("bytes=0-9,200-", .part(0..<10)),
            ("bytes=,0-9 ,", .part(0..<10)), ("bytes=0 - 9", .whole), ("bytes=\u{661}-2", .whole),
        ] as [(String?, RangeRequest)]) func `a range is read as RFC 9110 says`(
            _ header: String?, _ expected: RangeRequest
        )
    {
        #expect(RangeRequest(header, size: 100) == expected)
    }

    @Test(arguments: ["bytes=0-", "bytes=-1", "bytes=0-0", "bytes=-0"]) func `an empty file has no range`(
        _ header: String
    ) {
        #expect(RangeRequest(header, size: 0) == .unsatisfiable)
    }

    private static let version = FileVersion(size: 100, modifiedSecond: 784_111_777, modifiedNanosecond: 5)
    private static let date = "Sun, 06 Nov 1994 08:49:37 GMT"
    private static let earlier = "Sun, 06 Nov 1994 08:49:36 GMT"

    @Test(
        arguments: [
            ([:], .proceed), ([.ifNoneMatch: version.tag], .notModified),
            ([.ifNoneMatch: "W/" + version.tag], .notModified),
            ([.ifNoneMatch: "\"other\", \(version.tag)"], .notModified), ([.ifNoneMatch: "*"], .notModified),
            ([.ifNoneMatch: "\"other\""], .proceed), ([.ifModifiedSince: date], .notModified),
            ([.ifModifiedSince: earlier], .proceed), ([.ifModifiedSince: "yesterday"], .proceed),
            ([.ifModifiedSince: "Sun, 31 Feb 1999 08:49:37 GMT"], .proceed),
            // The tag goes before the date.
            ([.ifNoneMatch: "\"other\"", .ifModifiedSince: date], .proceed),
            ([.ifMatch: version.tag], .proceed), ([.ifMatch: "\"other\""], .failed),
            ([.ifMatch: "W/" + version.tag], .failed),
            ([.ifUnmodifiedSince: earlier], .failed), ([.ifUnmodifiedSince: date], .proceed),
            ([.ifMatch: version.tag, .ifNoneMatch: version.tag], .notModified),
        ] as [(HTTPFields, FileVersion.Verdict)])
    func `conditions are judged in their order`(_ fields: HTTPFields, _ expected: FileVersion.Verdict) {
        #expect(Self.version.verdict(on: fields) == expected)
        #expect(Self.version.lastModified == Self.date)
    }

    @Test(
        arguments: [
            ([:], true), ([.ifRange: version.tag], true), ([.ifRange: "W/" + version.tag], false),
            ([.ifRange: "\"other\""], false), ([.ifRange: date], true), ([.ifRange: earlier], false),
        ] as [(HTTPFields, Bool)]) func `a range is given of the content that is meant`(
            _ fields: HTTPFields, _ expected: Bool
        )
    {
        #expect(Self.version.allowsRange(fields) == expected)
    }

    @Test(arguments: [
        "", "/", "a//b", "a/", "/a", "..", "a/../b", "%2e%2e/a", "a/%2e", ".git/config", "a/.hidden", "a%2fb", "a%5cb",
        "a\\b",
        "a%00", "a%00.js", "a%0ab", "%", "%4", "%zz", "%ff", "%c3%28", "\(String(repeating: "a", count: 256))",
    ]) func `what names no file that is meant for others is none`(_ raw: String) {
        #expect(AssetPath(raw[...]) == nil)
    }

    @Test(arguments: [
        ("src/main.js", "src/main.js"), ("a%20b", "a b"), ("a%25b", "a%b"), ("h%C3%A4.js", "hä.js"), ("a..b", "a..b"),
    ])
    func `a path is decoded once`(_ raw: String, _ expected: String) {
        #expect(AssetPath(raw[...])?.relative == expected)
    }

    @Test func `clients get no more places than descriptors, with some to spare`() {
        #expect(OpenFileLimit(descriptors: 1_048_576).places(of: 10_000) == 10_000)
        #expect(OpenFileLimit(descriptors: 1024).places(of: 10_000) == 832)
        #expect(OpenFileLimit(descriptors: 64).places(of: 10_000) == 28)
        #expect(OpenFileLimit(descriptors: 20).places(of: 10_000) == 1)
        #expect(OpenFileLimit(descriptors: 1024).places(of: 5) == 5)
    }
}
