import Glibc

/// The entries of a folder, read again and again by one descriptor, which is closed with the object.
final class DirectoryStream {
    private let path: String
    private let stream: OpaquePointer

    init(path: String) throws(ProcFSError) {
        guard let stream = opendir(path) else { throw .unreadable(file: path, errno: errno) }
        self.path = path
        self.stream = stream
    }

    deinit {
        closedir(stream)
    }

    var descriptor: CInt { dirfd(stream) }

    /// Calls `body` with each name, from the start. The bytes end with NUL and are valid only during the call.
    func forEachName(_ body: (UnsafePointer<CChar>) -> Void) {
        rewinddir(stream)
        while let entry = readdir(stream) {
            withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { body($0) }
            }
        }
    }

    /// The names that are numbers: processes in `/proc`, descriptors in `/proc/[pid]/fd`.
    func numbers() -> [Int32] {
        var numbers: [Int32] = []
        readNumbers(into: &numbers)
        return numbers
    }

    /// The same in ascending order, in an array that is reused.
    func readNumbers(into numbers: inout [Int32]) {
        numbers.removeAll(keepingCapacity: true)
        var isSorted = true
        forEachName { name in
            guard let number = Self.number(name) else { return }
            if let last = numbers.last, last > number { isSorted = false }
            numbers.append(number)
        }
        // The kernel lists processes by number, but a copied tree may not.
        if !isSorted { numbers.sort() }
    }

    /// The next name that is a number, after the last call's; nil at the end.
    func nextNumber() -> Int32? {
        while let entry = readdir(stream) {
            let number = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { Self.number($0) }
            }
            if let number { return number }
        }
        return nil
    }

    private static func number(_ name: UnsafePointer<CChar>) -> Int32? {
        var value: Int32 = 0
        var index = 0
        while name[index] != 0 {
            let digit = Int32(name[index]) - 48
            guard digit >= 0, digit <= 9, index < 9 else { return nil }
            value = value * 10 + digit
            index += 1
        }
        return index > 0 ? value : nil
    }
}
