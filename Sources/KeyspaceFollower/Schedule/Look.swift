/// One key's part in a batch: what is to be read of it next.
struct Look: Equatable {
    let key: String
    let need: KeyNeed
    var reads: [KeyRead]
    var expectedBytes: Int
    /// To be read in a pipeline of its own, as it may be this key that breaks the connection.
    var isAlone = false
}
