import RESP

/// What a reader makes of a stream: its values, then the error that ended it, if any.
struct Reading: Equatable {
    var values: [RESPValue] = []
    var failure: RESPError?

    init(values: [RESPValue] = [], failure: RESPError? = nil) {
        self.values = values
        self.failure = failure
    }

    init(of pieces: [[UInt8]], limits: RESPLimits = RESPLimits()) {
        var reader = RESPReader(limits: limits)
        do throws(RESPError) {
            for piece in pieces {
                reader.feed(piece)
                while let value = try reader.next() { values.append(value) }
            }
        } catch {
            failure = error
        }
    }
}
