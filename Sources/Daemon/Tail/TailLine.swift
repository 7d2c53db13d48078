import StreamAssembly

/// How `tail` shows one thing on one line.
struct TailLine: Sendable {
    let localTime: LocalTime
    let isColoured: Bool

    /// `14:03:59.042 web-1 top cpu 3.5%  load 0.2 …`
    func sample(_ sample: Sample, now: Double) -> String {
        line(localTime.text(sample.t, now: now), sample.host, sample.probe, SampleFigures(sample).text)
    }

    /// A key that vanished.
    func gone(_ key: Emission.RemovedKey, now: Double) -> String {
        line(localTime.text(now, now: now), key.host.isEmpty ? key.key : key.host, key.probe, coloured("gone", .red))
    }

    /// A sample that was removed.
    func gone(_ sample: Emission.RemovedSample, now: Double) -> String {
        let text = coloured("gone", .red) + " \(TerminalText.safe(sample.id))"
        return line(localTime.text(now, now: now), sample.host, sample.probe, text)
    }

    private func line(_ time: String, _ host: String, _ probe: String, _ text: String) -> String {
        let host = padded(TerminalText.safe(host), to: 16)
        let probe = padded(TerminalText.safe(probe), to: 8)
        return "\(coloured(time, .dim)) \(coloured(host, .bold)) \(probe) \(text)"
    }

    private func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// Select Graphic Rendition (ECMA-48 8.3.117).
    private enum Colour: Int {
        case bold = 1
        case dim = 2
        case red = 31
    }

    private func coloured(_ text: String, _ colour: Colour) -> String {
        isColoured ? "\u{1b}[\(colour.rawValue)m\(text)\u{1b}[0m" : text
    }
}
