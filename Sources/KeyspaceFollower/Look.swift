/// One key's part in a batch: what is to be read of it next.
struct Look: Equatable {
    let key: String
    let need: KeyNeed
    var reads: [KeyRead]
    var expectedBytes: Int
}
