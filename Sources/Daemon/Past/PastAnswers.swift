import Access
import HTTPTypes
import Hummingbird
import JSONBytes
import StreamAssembly

/// Columns of numbers out of the window, read key by key and written as the client takes them.
enum SeriesAnswer {
    /// - Parameter pay: pays for work, in units of ``WorkBudget``.
    static func make(
        _ query: SeriesQuery, of selection: BoundSelection, from window: BoundWindow, now: Double,
        pay: @escaping @Sendable (Double) -> Void
    ) -> Response {
        JSONAnswer.written { text in
            var answer = SeriesText(query, of: selection, .http)
            try await text.write(answer.head(now: now))
            var cursor = answer.cursor
            while !answer.isCut {
                let began = ContinuousClock.now
                guard let (slice, next) = await window.step(cursor) else { break }
                cursor = next
                guard let slice else { continue }
                let part = answer.take(slice, began: began)
                pay(answer.takeCost())
                try await text.write(part)
            }
            try await text.write(answer.tail)
        }
    }
}

/// The whole samples of one moment, read a few keys at a time and written as the client takes them.
enum MomentAnswer {
    private static let pageKeys = 16
    /// What the answer says behind the samples is kept while they are written.
    private static let notesBytes = 96 * 1024

    /// `{"ok": true, "now", "t", "samples": [sample, …], "keys", "times", "cut": bool}`
    static func make(
        _ query: MomentQuery, of selection: BoundSelection, from window: BoundWindow, now: Double
    ) -> Response {
        JSONAnswer.written { text in
            var head = JSONWriter(reservingCapacity: 80)
            head.beginObject()
            head.key("ok")
            head.bool(true)
            head.key("now")
            head.number(now)
            head.key("t")
            head.number(query.t)
            head.key("samples")
            head.beginArray()
            try await text.write(head.bytes)
            var (notes, room) = (SampleNotes([]), notesBytes)
            var (last, isFirst): (String?, Bool) = (nil, true)
            while room >= 0 {
                let page = await window.samples(at: query.t, selection, after: last, limit: pageKeys)
                guard let end = page.last else { break }
                last = end
                for sample in page.samples {
                    room -= SampleNotes.size(key: sample.key, sample.traits)
                    guard room >= 0 else { break }
                    notes.add(sample)
                    if !isFirst { try await text.write([UInt8(ascii: ",")]) }
                    isFirst = false
                    try await text.write(sample.bytes)
                }
            }
            let cut = Array((room < 0 ? #","cut":true}"# : #","cut":false}"#).utf8)
            try await text.write([UInt8(ascii: "]")] + notes.members + cut)
        }
    }
}

extension JSONAnswer {
    /// An answer that is written while its reader takes it.
    static func written(_ write: @escaping @concurrent @Sendable (inout BodyText) async throws -> Void) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: BodyText.body(write))
    }
}
