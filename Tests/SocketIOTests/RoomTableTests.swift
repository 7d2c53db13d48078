import SeededRandom
import SocketIO
import TestSupport
import Testing

struct RoomTableTests {
    @Test func `a socket is in its own room and in those it joined`() {
        var table = RoomTable()
        table.join("a", "red")
        table.join("a", "red")
        #expect(table.rooms(of: "a") == ["a", "red"])
        #expect(table.members(ofAny: ["a"]) == ["a"])
        table.leave("a", "red")
        table.leave("a", "a")
        #expect(table.rooms(of: "a") == ["a"])
    }

    @Test func `the union of rooms holds each socket once`() {
        var table = RoomTable()
        for (socket, room) in [("a", "red"), ("b", "red"), ("b", "blue"), ("c", "blue")] { table.join(socket, room) }
        #expect(table.members(ofAny: ["red", "blue"]).subtracting(["red", "blue"]) == ["a", "b", "c"])
    }

    @Test func `nothing is left behind when all have gone`() {
        var table = RoomTable()
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<1_000 {
            let socket = "s\(Int.random(in: 0..<9, using: &generator))"
            let room = "r\(Int.random(in: 0..<5, using: &generator))"
            switch Int.random(in: 0...4, using: &generator) {
            case 0: table.leave(socket, room)
            case 1: table.leaveAll(socket)
            default: table.join(socket, room)
            }
        }
        for socket in 0..<9 { table.leaveAll("s\(socket)") }
        #expect(table == RoomTable())
    }
}
