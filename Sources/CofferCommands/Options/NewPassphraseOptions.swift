import ArgumentParser
import OpenSSL
import SystemPackage

/// Where a passphrase that does not exist yet comes from: asked for twice unless one of these is given.
struct NewPassphraseOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Read the new passphrase from this file.", valueName: "path"), completion: .file())
    var newPassphraseFile: String?

    @Option(name: .long, help: ArgumentHelp("Read the new passphrase from this open file descriptor.", valueName: "number"))
    var newPassphraseFD: Int32?

    func validate() throws {
        guard newPassphraseFile == nil || newPassphraseFD == nil else {
            throw ValidationError("give only one of --new-passphrase-file and --new-passphrase-fd")
        }
        guard newPassphraseFD.map({ $0 >= 0 }) ?? true else { throw ValidationError("--new-passphrase-fd is not a file descriptor") }
    }

    var isGiven: Bool { newPassphraseFile != nil || newPassphraseFD != nil }
}

/// Rules for new passphrases.
enum NewPassphrase {
    static let minimumByteCount = 8
    static let recommendedByteCount = 12

    static func read(_ options: NewPassphraseOptions, purpose: String, in session: Session) throws -> SecretBytes {
        try check(readUnchecked(options, purpose: purpose, in: session), in: session)
    }

    /// For a file: from the same options as the passphrases that open something.
    static func read(_ options: UnlockOptions, purpose: String, in session: Session) throws -> SecretBytes {
        if let given = try options.readPassphrase(in: session) { return try check(given, in: session) }
        return try check(ask(purpose: purpose, alternative: "give --passphrase-file or --passphrase-fd", in: session), in: session)
    }

    private static func check(_ passphrase: consuming SecretBytes, in session: Session) throws -> SecretBytes {
        guard passphrase.count >= minimumByteCount else {
            throw CommandError(
                .usage, "the new passphrase is too short: at least \(minimumByteCount) bytes are needed",
                hint: "several random words are easy to type and hard to guess")
        }
        if passphrase.count < recommendedByteCount {
            session.output.warn("a passphrase of less than \(recommendedByteCount) bytes is weak")
        }
        return passphrase
    }

    private static func readUnchecked(_ options: NewPassphraseOptions, purpose: String, in session: Session) throws -> SecretBytes {
        if let path = options.newPassphraseFile { return try SecretFile.readPassphrase(path: path) }
        if let descriptor = options.newPassphraseFD {
            return try SecretFile.readPassphrase(FileDescriptor(rawValue: descriptor), named: "file descriptor \(descriptor)")
        }
        return try ask(purpose: purpose, alternative: "give --new-passphrase-file or --new-passphrase-fd", in: session)
    }

    private static func ask(purpose: String, alternative: String, in session: Session) throws -> SecretBytes {
        let first = try session.context.readPassphrase(prompt: "New passphrase for \(purpose): ", alternative: alternative)
        let second = try session.context.readPassphrase(prompt: "The same again: ", alternative: alternative)
        guard first.isEqual(to: second) else { throw CommandError(.usage, "the two passphrases are not the same") }
        return first
    }
}
