/// Every way in which a stream may hand over `wire`: whole, byte by byte, and cut in two at each place.
package func everySplit(of wire: [UInt8]) -> [[[UInt8]]] {
    var splits: [[[UInt8]]] = [[wire], wire.map { [$0] }]
    for cut in wire.indices.dropFirst() {
        splits.append([Array(wire[..<cut]), Array(wire[cut...])])
    }
    return splits
}
