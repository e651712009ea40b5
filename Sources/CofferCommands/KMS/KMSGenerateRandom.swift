import ArgumentParser
import KeyStore

struct KMSGenerateRandom: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate-random", abstract: "Make random bytes.",
        discussion: """
            $ coffer kms generate-random --number-of-bytes 32 --out seed

            \(ExitStatus.help)
            """)

    @Option(name: .long, help: "How many, 1 to 1024.") var numberOfBytes: Int
    @OptionGroup(title: "Output") var destination: DestinationOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func check(in session: Session) throws {
        if !options.output.json { try destination.requireBinaryDestination(in: session) }
    }

    func run(on store: OpenStore, in session: Session) async throws {
        let random = try await store.service.generateRandom(numberOfBytes: numberOfBytes)
        if options.output.json {
            try destination.write(SecretJSON.text("Plaintext", random), in: session)
        } else {
            try destination.writeBinary(random, in: session)
        }
    }
}
