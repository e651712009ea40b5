import ArgumentParser
import Envelope
import KeyStore

struct RotateData: FileCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-data", abstract: "Encrypt the data of sealed files anew, under new file keys.",
        discussion: """
            That is what ends the access of somebody who kept an old header and an old key,
            which `coffer rewrap` does not; whoever kept the old file has it still. Each
            file is replaced by the new one when that is whole. Plaintext is not written
            anywhere.

            Without recipients, the keys of the store that a file has stay its recipients;
            a file that has others as well is refused until all of them are named.

            $ coffer rotate-data --recursive /mnt/photos
            $ coffer rotate-data -k backups -r age1… db.age

            \(ExitStatus.help)
            """)

    @OptionGroup(title: "Recipients") var recipients: RecipientOptions
    @OptionGroup var identities: IdentityOptions
    @OptionGroup(title: "Files") var operands: FileOperands
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws {
        try operands.requireFiles()
        try requireOneStandardInput(recipients.readsStandardInput, identities.identity.contains("-"))
    }

    func run(with store: LazyStore, in session: Session) async throws {
        let keys = Keys(options.unlock, store, in: session)
        let new: NewRecipients =
            recipients.isEmpty
            ? .sameKeys { () async throws(EnvelopeError) in try await store.service() } : .given(try await recipients.read(keys))
        let reencrypter = SealedFileReencrypter(identities: try identities.read(expecting: .asRecorded, keys), recipients: new)
        let run = FileRun(.reencrypt(reencrypter), verb: "encrypting anew", options.output, store, in: session)
        if let folder = operands.recursive {
            return try await run.run(tree: session.context.arguments.path(folder), to: nil, existing: .replace)
        }
        try await run.run(operands.files.map { FilePlan(reading: $0, in: session.context) })
    }
}
