import SystemPackage

/// The terminal's line on which progress is shown, and shown over again.
struct ProgressDisplay: Sendable {
    let descriptor: FileDescriptor
    let style: Style
    /// Asked each time: windows are resized.
    let columns: @Sendable () -> Int

    init(descriptor: FileDescriptor, style: Style, columns: @escaping @Sendable () -> Int) {
        self.descriptor = descriptor
        self.style = style
        self.columns = columns
    }

    /// nil where nobody watches, or wants to.
    init?(_ options: OutputOptions, in context: CommandContext) {
        let terminal = context.standardError
        guard !options.quiet, !options.json, terminal.isTerminal else { return nil }
        self.init(descriptor: terminal, style: Style(context, noColor: options.noColor)) { TerminalColumns.of(terminal) }
    }

    /// Writes over the line, without any control sequence that not all terminals know.
    /// - Parameter old: how many columns of it are in use.
    /// - Returns: how many are now.
    func show(_ line: ProgressLine, over old: Int) -> Int {
        // In the last column some terminals go to the next line.
        let columns = max(0, columns() - 1)
        let used = TerminalColumns.count(line.text(columns: columns))
        write("\r" + line.text(columns: columns, style: style) + String(repeating: " ", count: max(0, min(old, columns) - used)))
        return used
    }

    func clear(_ used: Int) {
        write("\r" + String(repeating: " ", count: used) + "\r")
    }

    private func write(_ text: String) {
        do {
            try descriptor.writeAll(text.utf8)
        } catch {
            // Progress that nobody can see is no failure of the operation.
        }
    }
}
