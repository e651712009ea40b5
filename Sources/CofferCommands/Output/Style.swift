import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Colour for the first word of a message, where a terminal shows it.
struct Style: Sendable {
    let isColoured: Bool

    init(isColoured: Bool) { self.isColoured = isColoured }

    /// For stderr.
    init(_ context: CommandContext, noColor: Bool) {
        self.init(isColoured: context.allowsColour(noColor: noColor) && context.standardError.isTerminal)
    }

    func error(_ text: String) -> String { colour(text, "1;31") }
    func warning(_ text: String) -> String { colour(text, "1;33") }
    func progress(_ text: String) -> String { colour(text, "32") }
    func hint(_ text: String) -> String { colour(text, "1;36") }

    private func colour(_ text: String, _ code: String) -> String { isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
}

extension CommandContext {
    /// Whether colour may be used where a terminal shows it.
    func allowsColour(noColor: Bool) -> Bool {
        !noColor && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
    }
}

extension FileDescriptor {
    /// Whether a person is at the other end.
    var isTerminal: Bool { isatty(rawValue) == 1 }
}
