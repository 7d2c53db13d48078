import Foundation
import Hummingbird
import NIOCore
import TestSupport
import Testing

@testable import SocketIOServer

/// The official client's files below the Socket.IO path.
@Suite(.timeLimit(.minutes(1)))
struct ClientFilesTests {
    private static let script = "/* the client */"

    private static func folder(_ names: [String]) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "client-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in names { try Data(script.utf8).write(to: folder.appending(path: name)) }
        return folder.path()
    }

    @Test func `the files of a folder are served under the official names`() async throws {
        let folder = try Self.folder(["socket.io.min.js", "socket.io.esm.min.js", "socket.io.esm.min.js.map", "x.js"])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let files = try ClientFiles(folder: folder)
        try await RunningServer.with(.make { $0.clientFiles = files }) { running in
            for name in ["socket.io.js", "socket.io.min.js", "socket.io.esm.min.js"] {
                let answer = try await HTTPProbe.get("/socket.io/\(name)?v=1", port: running.port)
                #expect(answer.hasPrefix("HTTP/1.1 200") && answer.hasSuffix(Self.script))
                #expect(answer.lowercased().contains("content-type: application/javascript; charset=utf-8\r\n"))
                #expect(answer.lowercased().contains("content-length: \(Self.script.utf8.count)\r\n"))
            }
            let map = try await HTTPProbe.get("/socket.io/socket.io.esm.min.js.map", port: running.port)
            #expect(map.lowercased().contains("content-type: application/json\r\n"))
            for missing in ["socket.io.js.map", "x.js", "socket.io.msgpack.min.js", "socket.io.../x.js"] {
                let answer = try await HTTPProbe.get("/socket.io/\(missing)", port: running.port)
                #expect(!answer.hasPrefix("HTTP/1.1 200"))
            }
        }
    }

    @Test func `a file that a client has is not sent again, and other methods are refused`() async throws {
        let files = ClientFiles { $0 == "socket.io.js" ? Array(Self.script.utf8) : nil }
        try await RunningServer.with(.make { $0.clientFiles = files }) { running in
            let target = "/socket.io/socket.io.js"
            let first = try await HTTPProbe.get(target, port: running.port)
            let tag = try #require(
                first.split(separator: "\r\n").first { $0.lowercased().hasPrefix("etag: ") }?.dropFirst(6))
            for known in [String(tag), "W/\(tag)", "\"other\", \(tag)", "*"] {
                let again = try await HTTPProbe.get(target, port: running.port, headers: ["If-None-Match: \(known)"])
                #expect(again.hasPrefix("HTTP/1.1 304") && again.hasSuffix("\r\n\r\n"))
            }
            let other = try await HTTPProbe.get(target, port: running.port, headers: ["If-None-Match: \"other\""])
            #expect(other.hasPrefix("HTTP/1.1 200"))
            let head = try await HTTPProbe.request("HEAD", target, port: running.port)
            #expect(head.hasPrefix("HTTP/1.1 200") && head.hasSuffix("\r\n\r\n"))
            let post = try await HTTPProbe.request("POST", target, port: running.port)
            #expect(post.hasPrefix("HTTP/1.1 405") && post.lowercased().contains("allow: get, head\r\n"))
        }
    }

    @Test func `a file is sent compressed to whoever accepts that, under a tag of its own`() async throws {
        let script = Array(String(repeating: "the client; ", count: 1_000).utf8)
        let files = ClientFiles { _ in script }
        try await RunningServer.with(.make { $0.clientFiles = files }) { running in
            let connection = try await ReusedConnection(port: running.port)
            let request = "GET /socket.io/socket.io.js HTTP/1.1\r\nHost: x\r\n"
            let plain = try await connection.ask(request + "\r\n")
            #expect(plain.value(of: "content-encoding") == nil && plain.value(of: "vary") == "accept-encoding")
            #expect(plain.body.utf8.count == script.count)
            let tag = try #require(plain.value(of: "etag"))
            let probe = try await HTTPProbe.connect(port: running.port)
            try await probe.send(request + "Accept-Encoding: br, gzip\r\nConnection: close\r\n\r\n")
            let answer = Array(await probe.readBytesToEnd().readableBytesView)
            let blank = try #require(answer.indices.first { answer[$0...].starts(with: Array("\r\n\r\n".utf8)) })
            let header = String(decoding: answer[..<blank], as: UTF8.self).lowercased()
            #expect(header.contains("content-encoding: gzip") && header.contains("vary: accept-encoding"))
            #expect(header.contains("content-length: \(answer.count - blank - 4)"))
            #expect(!header.contains("etag: \(tag)"))
            #expect(try Gunzip.whole(Array(answer[(blank + 4)...])) == script)
            // Whoever has the plain file has not the other, and the other way round.
            let known = "If-None-Match: \(tag)\r\n"
            #expect(try await connection.ask(request + known + "\r\n").status == 304)
            let other = request + "Accept-Encoding: gzip\r\n"
            #expect(try await connection.ask(other.replacing("GET", with: "HEAD") + known + "\r\n").status == 200)
            let own = "If-None-Match: \(tag.dropLast())-gzip\"\r\n"
            #expect(try await connection.ask(other + own + "\r\n").status == 304)
        }
    }

    @Test func `a folder without them is an error that names it`() throws {
        let folder = try Self.folder(["x.js"])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(throws: ClientFiles.NoFiles.self) { try ClientFiles(folder: folder) }
        #expect("\(ClientFiles.NoFiles(folder: "/x"))".hasPrefix("/x holds none of socket.io.js, socket.io.js.map,"))
    }
}
