/// What one command of the replication stream means for the keys under our prefix.
enum ReplicatedWrite: Equatable {
    /// In the order in which it happened.
    case keys([KeyWrite])
    /// Every key of ours is deleted.
    case flush
    /// Anything may have happened to any key.
    case unclear

    struct KeyWrite: Equatable {
        let key: String
        let command: SortedSetCommand
    }

    static let nothing = ReplicatedWrite.keys([])
}
