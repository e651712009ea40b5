import ArgumentParser
import Envelope
import KeyStore
import SystemPackage

/// The process when it is called `age-plugin-coffer`: age and rage start it, to use the keys of the store.
enum AgePlugin {
    static let program = "age-plugin-\(CofferPluginKey.pluginName)"

    /// Whether the first word of a command line calls the plugin.
    static func isName(_ name: String) -> Bool { FilePath(name).lastComponent?.string == program }

    static func run(_ arguments: [String], in context: CommandContext) async -> ExitStatus {
        let output = Output(context)
        do {
            let plugin = CofferPlugin(input: context.standardInput, output: context.standardOutput) {
                prompter async throws(EnvelopeError) -> any KeyService in try await keys(prompter, context)
            }
            switch arguments {
            case ["--age-plugin=recipient-v1"]:
                try context.protectProcess()
                try await plugin.runRecipient()
            case ["--age-plugin=identity-v1"]:
                try context.protectProcess()
                try await plugin.runIdentity()
            default:
                output.note(
                    "usage: \(program) --age-plugin=recipient-v1|identity-v1    (age and rage do that; see `coffer key recipient --help`)")
                return .usage
            }
            return .success
        } catch {
            let failure = Failure(error)
            output.fail(failure)
            return failure.status
        }
    }

    /// The store is the one of the environment. A passphrase is asked for through the age client, which has the terminal.
    private static func keys(_ prompter: PluginPrompter, _ context: CommandContext) async throws(EnvelopeError) -> any KeyService {
        var context = context
        context.terminal = PluginTerminal(prompter: prompter)
        let options: StoreOptions
        do {
            options = try StoreOptions.parse([])
        } catch {
            preconditionFailure("no option is mandatory")
        }
        return try await LazyStore(options, in: Session(context, options.output)).service()
    }
}
