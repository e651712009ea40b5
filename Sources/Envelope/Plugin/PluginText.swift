/// Text that a plugin gives, made fit for a person's terminal.
enum PluginText {
    /// Characters of a text that a person is shown.
    static let maximumCharacterCount = 1000

    /// One line: broken UTF-8 is replaced, and so is whatever could move a cursor, change colours or turn the direction of writing.
    static func line(_ bytes: [UInt8]) -> String {
        // A few bytes more than the characters need, so that what is cut away is not even looked at.
        let text = String(decoding: bytes.prefix(maximumCharacterCount * 4), as: UTF8.self)
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(maximumCharacterCount) {
            line.append(isHarmless(scalar) ? scalar : " ")
        }
        while line.last == " " { line.removeLast() }
        return String(line)
    }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
        default: true
        }
    }
}
