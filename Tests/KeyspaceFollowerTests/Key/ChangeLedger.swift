import StreamAssembly
import Testing

/// What a client holds that does as the changes say; records what breaks "exactly once per incarnation".
struct ChangeLedger {
    private(set) var emitted: Set<RowID> = []
    private(set) var removed: Set<RowID> = []
    private(set) var doubled: [RowID] = []
    private(set) var gaps = 0

    mutating func apply(_ changes: [Change]) {
        for change in changes {
            switch change {
            case .added(_, let rows):
                for row in rows {
                    let id = RowID(score: row.score, memberHash: row.memberHash)
                    if !emitted.insert(id).inserted { doubled.append(id) }
                }
            case .removed(_, let rows): removed.formUnion(rows)
            case .gone: (emitted, removed) = ([], [])
            case .gap(_, let rows):
                gaps += 1
                emitted.formUnion(rows.map { RowID(score: $0.score, memberHash: $0.memberHash) })
            case .passedOver: break
            }
        }
    }
}
