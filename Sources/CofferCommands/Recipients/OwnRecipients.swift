import Envelope

/// The recipients that one's own identities open files of.
enum OwnRecipients {
    static func read(_ path: String, _ keys: Keys) async throws -> [any Recipient] {
        try await texts(path, keys).map { text in try RecipientText.parse(text, plugins: keys.plugins) }
    }

    /// - Throws: `CommandError` when the file has an identity whose recipient only its plugin knows: nobody should believe that
    ///   something was sealed for it.
    static func texts(_ path: String, _ keys: Keys) async throws -> [String] {
        let contents = try await keys.openIdentities(inFile: path)
        let name = Keys.name(path)
        let recipients = try IdentityFile.recipients(contents, name: name)
        guard try recipients.count == keys.parse(contents, name: name).count else {
            throw CommandError(
                .usage, "\(name) holds an identity of a plugin, which does not tell its recipient",
                hint: "name the recipient with --recipient")
        }
        return recipients
    }
}
