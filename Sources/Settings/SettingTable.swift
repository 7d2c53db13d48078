/// The table of settings in the documents. It is made from the declarations, so that it is always true.
package enum SettingTable {
    /// The table in Markdown, with a row for each setting.
    ///
    /// - Parameters:
    ///   - defaults: the values if nobody sets anything.
    ///   - dashes: whether names are written as flags.
    package static func markdown<Root>(
        _ settings: [Setting<Root>], defaults: Root, dashes: Bool = false
    ) -> String {
        let head = "| \(dashes ? "option" : "setting") | default | allowed | meaning |\n| --- | --- | --- | --- |\n"
        return settings.reduce(into: head) { table, setting in
            let cells = [
                "`\(dashes ? "--" : "")\(setting.name)`", unset(setting, defaults), escaped(setting.range),
                escaped(setting.help) + (setting.form.isList ? "; may be repeated" : ""),
            ]
            table += "| \(cells.joined(separator: " | ")) |\n"
        }
    }

    private static func unset<Root>(_ setting: Setting<Root>, _ defaults: Root) -> String {
        if let otherwise = setting.otherwise { return escaped(otherwise) }
        let text = setting.text(of: defaults)
        return text.isEmpty ? "" : "`\(text)`"
    }

    /// A bar would end the cell, and an asterisk would begin emphasis.
    private static func escaped(_ text: String) -> String {
        text.replacing("|", with: "\\|").replacing("*", with: "\\*")
    }

    /// The lines of a document between the two marks of a table; nil if the marks are missing.
    package static func found(in document: String) -> String? {
        guard let begin = document.firstRange(of: beginMark)?.upperBound,
            let end = document[begin...].firstRange(of: endMark)?.lowerBound
        else { return nil }
        return String(document[begin..<end])
    }

    private static let beginMark = "<!-- settings: made by `make settings` -->\n"
    private static let endMark = "<!-- end of settings -->"
}
