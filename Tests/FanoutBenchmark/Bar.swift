/// A figure and the most that it may be.
struct Bar {
    let name: String
    let value: Double
    let most: Double

    var isHeld: Bool { value <= most }

    var text: String {
        "\(isHeld ? "held  " : "MISSED") \(name): \(Table.decimal(value)), at most \(Table.decimal(most))"
    }
}
