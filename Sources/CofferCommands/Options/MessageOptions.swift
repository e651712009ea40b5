import ArgumentParser
import KeyStore

/// What is signed or authenticated.
struct MessageOptions: ParsableArguments {
    @Option(name: .long, help: KeyReference.help) var keyId: KeyReference

    @Option(
        name: .long, help: ArgumentHelp("The message, at most 4096 bytes: a file, - for stdin, or base64:TEXT.", valueName: "file"),
        completion: .file())
    var message: ByteInput

    @OptionGroup var dryRun: DryRunOption

    func read(in session: Session) throws -> [UInt8] {
        try message.read(upTo: KMSLimit.message, in: session.context, option: "--message")
    }
}

/// How a signature is made of the message.
struct SigningOptions: ParsableArguments {
    @Option(name: .long, help: "RAW: the message itself. DIGEST: its hash, made by you; for messages of any size.")
    var messageType: MessageType = .raw

    @Option(name: .long, help: "How it is signed; `coffer key describe` lists what the key can do.") var signingAlgorithm: SigningAlgorithm
}
