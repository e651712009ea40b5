import ArgumentParser
import Envelope
import KeyStore
import SystemPackage

struct Rewrap: FileCommand {
    static let configuration = CommandConfiguration(
        commandName: "rewrap", abstract: "Give sealed files other recipients, or their keys' newest versions, without reading their data.",
        discussion: """
            Only headers are replaced, so that a terabyte takes no longer than a page.
            Without other wishes, each key of the store that was rotated since wraps its
            file keys anew. A file is the old or the new one at any instant; what a crash
            leaves half done is made whole by the next run.

            Rewrapping is not revocation: whoever kept an old header and may use an old key
            opens the file still. To end that, use `coffer rotate-data`, which encrypts the
            data anew, and delete the old copies.

            $ coffer rewrap --recursive /mnt/photos          after `coffer key rotate`
            $ coffer rewrap --recursive /mnt/photos --dry-run
            $ coffer rewrap --to-key new --from-key old *.age
            $ coffer rewrap --add-recipient age1… --remove-recipient type:X25519 db.age
            $ coffer rewrap --recursive /mnt/photos --to-key new --resume

            \(ExitStatus.help)
            """)

    @Option(
        name: .long,
        help: ArgumentHelp("This key takes the place of the key that opens a file, or of --from-key.", valueName: "key"))
    var toKey: KeyReference?

    @Option(name: .long, help: ArgumentHelp("A key whose place is taken; may be repeated.", valueName: "key"))
    var fromKey: [KeyReference] = []

    @Option(
        name: .long,
        help: ArgumentHelp("Also seal for this key, age1… recipient, or ssh public key or file; may be repeated.", valueName: "recipient"))
    var addRecipient: [RecipientReference] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "No longer seal for this key, ssh public key or file, or type:TYPE (all of a type); may be repeated.", valueName: "recipient"))
    var removeRecipient: [RecipientReference] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "One pair of the encryption context under --to-key, which else stays, and of keys that are added; may be repeated.",
            valueName: "name=value"))
    var context: [String] = []

    @Flag(name: .long, help: "Go on where an interrupted run of the same wishes stopped, instead of from the beginning.") var resume = false
    @Flag(name: .long, help: "Say what would be done, and do nothing.") var dryRun = false
    @OptionGroup var identities: IdentityOptions
    @OptionGroup(title: "Files") var operands: FileOperands
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws {
        try operands.requireFiles()
        guard fromKey.isEmpty || toKey != nil else {
            throw ValidationError("--from-key needs --to-key; to drop a key, use --remove-recipient")
        }
        guard !resume || operands.recursive != nil else { throw ValidationError("--resume goes on with a run of --recursive") }
        guard context.isEmpty || toKey != nil || !addRecipient.isEmpty else {
            throw ValidationError("--context belongs to a key: name it with --to-key or --add-recipient")
        }
    }

    func run(with store: LazyStore, in session: Session) async throws {
        let keys = Keys(options.unlock, store, in: session)
        let plan = try await plan(keys)
        let identities = try identities.read(expecting: .asRecorded, keys)
        let run = RewrapFiles(operands: operands, verb: dryRun ? "checking" : "rewrapping", options.output, store, in: session)
        let rewrapper = SealedFileRewrapper(identities: identities, plan: plan, monitor: run.monitor) { () async throws(EnvelopeError) in
            try await store.service()
        }
        try await run.run(rewrapper, resuming: resume, isDryRun: dryRun)
    }

    private func plan(_ keys: Keys) async throws -> RewrapPlan {
        let encryptionContext = context.isEmpty ? nil : try ContextArgument.parsePairs(context, option: "--context")
        var plan = RewrapPlan()
        for reference in removeRecipient { plan.removing.append(try await reference.selector(keys)) }
        for reference in addRecipient { plan.adding.append(try await reference.recipient(encryptionContext ?? .empty, keys)) }
        if let toKey {
            var replacement = RewrapPlan.KeyReplacement(toKey: toKey.serviceName, encryptionContext: encryptionContext)
            for key in fromKey { replacement.fromKeys.append(try await key.arn(in: keys.store)) }
            plan.replacement = replacement
        }
        return plan
    }
}
