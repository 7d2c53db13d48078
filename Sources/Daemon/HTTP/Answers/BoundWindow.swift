import Access
import StreamAssembly

/// The window for those who answer requests. It cannot be read but within somebody's bounds.
struct BoundWindow: Sendable {
    private let assembler: StreamAssembler

    init(_ assembler: StreamAssembler) { self.assembler = assembler }

    /// How many keys a request for that selection pays for.
    func keysPaidFor(_ selection: BoundSelection) async -> Int {
        Cost.keys(await assembler.statistics.keys, within: selection.selection.bounds)
    }

    /// See ``StreamAssembler/keys(_:after:limit:)``.
    func keys(
        _ selection: BoundSelection, after name: String?, limit: Int
    ) async -> (keys: [KeySummary], last: String?) {
        await assembler.keys(selection.selection, after: name, limit: limit)
    }

    /// See ``StreamAssembler/read(_:after:limit:noteBytes:)``.
    ///
    /// - Returns: `seq` is that of all hosts; nil for who may not see all of them.
    func read(
        _ selection: BoundSelection, after t: Double, limit: Int, noteBytes: Int
    ) async -> (seq: UInt64?, cursor: WindowCursor) {
        let selection = selection.selection
        let (seq, cursor) = await assembler.read(selection, after: t, limit: limit, noteBytes: noteBytes)
        return (selection.bounds == nil ? seq : nil, cursor)
    }

    /// A step of what ``read(_:after:limit:noteBytes:)`` began.
    func step(_ cursor: inout WindowCursor, maxBytes: Int) async -> [Sample]? {
        await assembler.step(&cursor, maxBytes: maxBytes)
    }

    /// A step of the past, which ``SeriesText`` began.
    func step(_ cursor: PastCursor) async -> (slice: PastSlice?, cursor: PastCursor)? { await assembler.step(cursor) }

    /// See ``StreamAssembler/samples(at:_:after:limit:)``.
    func samples(
        at t: Double, _ selection: BoundSelection, after name: String?, limit: Int
    ) async -> (samples: [Sample], last: String?) {
        await assembler.samples(at: t, selection.selection, after: name, limit: limit)
    }

    /// Compares the names of all keys with patterns that take long. It does so beside the event loop, which meanwhile
    /// serves others.
    @concurrent func compare(_ selection: BoundSelection) async {
        var last: String?
        while case let page = await assembler.keys(.all, after: last, limit: 256), let end = page.last {
            for key in page.keys { _ = selection.selection.matches(host: key.host, probe: key.probe) }
            last = end
        }
    }
}
