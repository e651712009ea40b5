import ArgumentParser
import Envelope
import SystemPackage

/// Runs one command line from its arguments to its exit status.
enum CofferApplication {
    static func run(_ arguments: [String], in context: CommandContext) async -> ExitStatus {
        // Before the parser, to which a word that it does not know is one too many, and `coffer kye --help` a question about `coffer`.
        if let unknown = UnknownCommand(in: arguments) {
            let error = UnsupportedArgument.error(in: arguments) ?? unknown.error()
            return report(Failure(error), to: output(for: arguments, in: context))
        }
        let command: any ParsableCommand
        do {
            command = try Coffer.parseAsRoot(arguments)
        } catch {
            return finish(error, arguments: arguments, in: context)
        }
        guard let command = command as? any CofferCommand else { return await runBuiltIn(command, arguments, in: context) }
        do {
            try await command.run(in: Session(context, command.outputOptions))
            return .success
        } catch let error as SilentFailure {
            return error.status
        } catch {
            return report(Failure(error), to: Output(context, command.outputOptions))
        }
    }

    /// `help`, and nouns without a verb: ArgumentParser throws what is to be shown.
    private static func runBuiltIn(_ command: any ParsableCommand, _ arguments: [String], in context: CommandContext) async -> ExitStatus {
        var command = command
        do {
            try command.run()
            return .success
        } catch {
            return finish(error, arguments: arguments, in: context)
        }
    }

    private static func finish(_ error: any Error, arguments: [String], in context: CommandContext) -> ExitStatus {
        let output = output(for: arguments, in: context)
        guard Coffer.exitCode(for: error).isSuccess else {
            if let unsupported = UnsupportedArgument.error(in: arguments) { return report(Failure(unsupported), to: output) }
            if output.wantsJSON {
                return report(Failure(status: .usage, code: "UsageError", message: Coffer.message(for: error)), to: output)
            }
            output.note(Coffer.fullMessage(for: error))
            return .usage
        }
        if let word = mistakenHelp(in: arguments) {
            return report(Failure(CommandError(.usage, "there is no option \(word)", hint: "a file of that name is ./\(word)")), to: output)
        }
        do {
            try output.write(CompletionScript.completed(Coffer.fullMessage(for: error)) + "\n")
            return .success
        } catch {
            return report(Failure(error), to: output)
        }
    }

    /// To the parser `-dash` is `-d -a -s -h`, and the last of these asks for help: so would a file of that name that was to be encrypted.
    private static func mistakenHelp(in arguments: [String]) -> String? {
        let words = arguments.prefix { $0 != "--" }
        guard words.allSatisfy({ !["-h", "--help", "-help"].contains($0) }) else { return nil }
        return words.first { $0.hasPrefix("-") && !$0.hasPrefix("--") && $0.utf8.count > 2 && $0.contains("h") }
    }

    /// For what was not parsed: the one option that changes the form of an error is looked for by hand.
    private static func output(for arguments: [String], in context: CommandContext) -> Output {
        Output(context, json: arguments.prefix { $0 != "--" }.contains("--json"))
    }

    private static func report(_ failure: Failure, to output: Output) -> ExitStatus {
        // Whoever read the output has gone; there is nothing to say to them.
        if failure.status != .brokenPipe { output.fail(failure) }
        return failure.status
    }
}
