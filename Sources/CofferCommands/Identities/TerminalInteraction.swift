import Envelope
import OpenSSL

/// A plugin's questions and messages, on the terminal. The plugin is named in front: it is another's program that speaks.
struct TerminalInteraction: PluginInteraction {
    let session: Session

    func show(_ message: String, plugin: String) { session.output.note("age-plugin-\(plugin): \(message)") }

    func ask(_ prompt: String, plugin: String) throws(EnvelopeError) -> String? {
        guard let line = try readLine("\(prompt): ", echo: true, plugin) else { return nil }
        // Asked for in public, and typed with echo.
        return line.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }

    func askSecret(_ prompt: String, plugin: String) throws(EnvelopeError) -> SecretBytes? {
        try readLine("\(prompt): ", echo: false, plugin)
    }

    func confirm(_ prompt: String, yes: String, no: String?, plugin: String) throws(EnvelopeError) -> Bool? {
        let choices = no.map { "1: \(yes), 2: \($0)" } ?? "1: \(yes)"
        guard let line = try readLine("\(prompt) (\(choices)) ", echo: true, plugin) else { return nil }
        return line.withUnsafeBytes { $0.elementsEqual("1".utf8) }
    }

    private func readLine(_ prompt: String, echo: Bool, _ plugin: String) throws(EnvelopeError) -> SecretBytes? {
        let context = session.context
        guard context.terminal.isAvailable else { return nil }
        do {
            return try context.statusLine.whileHidden {
                try context.terminal.readLine(prompt: visible("age-plugin-\(plugin): \(prompt)"), echo: echo, alternative: "")
            }
        } catch let error as CommandError where error == .interrupted {
            throw EnvelopeError(.cancelled, "cancelled")
        } catch {
            throw EnvelopeError(.passphraseUnavailable, Failure(error).message)
        }
    }
}
