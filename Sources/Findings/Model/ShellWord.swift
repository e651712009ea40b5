extension String {
    /// The text as one word of a POSIX shell (POSIX.1-2017, Shell Command Language §2.2): people paste what reports say, and paths may hold
    /// anything.
    package var shellWord: String {
        // What begins like an option is taken for one.
        if hasPrefix("-") { return "./\(self)".shellWord }
        let isPlain = !isEmpty && utf8.allSatisfy { Self.plain.contains($0) }
        return isPlain ? self : "'\(split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#))'"
    }

    private static let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+:@%=,".utf8)
}
