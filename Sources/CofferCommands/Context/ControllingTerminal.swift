import OpenSSL
import Synchronization
import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The terminal that the process was started from (`/dev/tty`), whatever its standard streams are connected to.
///
/// Echo is off while a passphrase is typed. The old settings come back on every way out: the line is read, the read
/// fails, a signal ends the process (``Interruption``) or stops it (``suspend()``).
final class ControllingTerminal: PassphraseTerminal {
    /// A typed line longer than this is refused; the kernel's own limit on a line is 4096.
    static let maximumLineByteCount = 1024

    private struct Prompt {
        let descriptor: FileDescriptor
        let text: String
        let settings: termios
        let echo: Bool
    }

    private let interruption: Interruption
    private let path: String
    private let current = Mutex<Prompt?>(nil)

    init(interruption: Interruption, path: String = "/dev/tty") {
        self.interruption = interruption
        self.path = path
    }

    var isAvailable: Bool {
        do {
            try FileDescriptor.open(path, .readWrite, options: [.closeOnExec]).close()
            return true
        } catch {
            return false
        }
    }

    func readLine(prompt: String, echo: Bool, alternative: String) throws -> SecretBytes {
        let descriptor: FileDescriptor
        do {
            descriptor = try FileDescriptor.open(path, .readWrite, options: [.closeOnExec])
        } catch {
            throw CommandError(.noCredential, "there is no terminal to ask on", hint: alternative)
        }
        return try descriptor.closingAfter {
            let alarm = try Alarm()
            // The command that asks goes on, to clean up after itself.
            return try self.interruption.guarding(undo: {
                self.showTyping(); alarm.ring()
            }) {
                try self.prepare(descriptor, prompt: prompt, echo: echo, alternative: alternative)
                defer { self.showTyping() }
                return try Self.readLine(descriptor, until: alarm)
            }
        }
    }

    func show(_ secret: borrowing SecretBytes) throws {
        let descriptor: FileDescriptor
        do {
            descriptor = try FileDescriptor.open(path, .writeOnly, options: [.closeOnExec])
        } catch {
            throw CommandError(.noCredential, "there is no terminal to show a secret on")
        }
        try descriptor.closingAfter {
            try secret.withUnsafeBytes { bytes in
                do { _ = try descriptor.writeAll(bytes) } catch let error as Errno { throw Output.failure(error, writing: path) }
            }
        }
    }

    // MARK: Echo

    private func prepare(_ descriptor: FileDescriptor, prompt: String, echo: Bool, alternative: String) throws {
        var settings = termios()
        guard tcgetattr(descriptor.rawValue, &settings) == 0 else {
            throw CommandError(.noCredential, "\(path) is not a terminal", hint: alternative)
        }
        current.withLock { $0 = Prompt(descriptor: descriptor, text: prompt, settings: settings, echo: echo) }
        Self.set(settings, echo: echo, descriptor)
        Self.write(prompt, to: descriptor)
    }

    private func showTyping() {
        current.withLock { prompt in
            guard let restored = prompt else { return }
            prompt = nil
            Self.restore(restored)
        }
    }

    /// Stops the process as Ctrl-Z does, with echo on meanwhile, and asks again when it goes on.
    func suspend() {
        let prompt = current.withLock { prompt in
            if let prompt { Self.restore(prompt) }
            return prompt
        }
        kill(getpid(), SIGSTOP)
        guard let prompt else { return }
        Self.set(prompt.settings, echo: prompt.echo, prompt.descriptor)
        Self.write(prompt.text, to: prompt.descriptor)
    }

    private static func set(_ settings: termios, echo: Bool, _ descriptor: FileDescriptor) {
        var silent = settings
        if !echo { silent.c_lflag &= ~tcflag_t(ECHO | ECHOE | ECHOK | ECHONL) }
        silent.c_lflag |= tcflag_t(ICANON | ISIG)
        // FLUSH: what was typed before the prompt appeared is not part of a passphrase.
        tcsetattr(descriptor.rawValue, TCSAFLUSH, &silent)
    }

    private static func restore(_ prompt: Prompt) {
        var settings = prompt.settings
        tcsetattr(prompt.descriptor.rawValue, TCSAFLUSH, &settings)
        if !prompt.echo { write("\n", to: prompt.descriptor) }
    }

    private static func write(_ text: String, to descriptor: FileDescriptor) {
        // A terminal that shows no prompt can still take the answer.
        _ = try? descriptor.writeAll(text.utf8)
    }

    // MARK: Reading

    private static func readLine(_ descriptor: FileDescriptor, until alarm: Alarm) throws -> SecretBytes {
        var count = 0
        var isComplete = false
        var isInterrupted = false
        var failure: Errno?
        let line = try SecretBytes(count: maximumLineByteCount + 1) { buffer in
            while count < buffer.count, !isComplete, !isInterrupted, failure == nil {
                do throws(Errno) {
                    guard try alarm.waitForInput(on: descriptor) else {
                        isInterrupted = true
                        continue
                    }
                    let added = try descriptor.readSome(into: UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
                    count += added
                    isComplete = added == 0 || buffer[count - 1] == UInt8(ascii: "\n")
                } catch { failure = error }
            }
        }
        guard !isInterrupted else { throw CommandError.interrupted }
        if let failure { throw CommandError(.noCredential, "the passphrase cannot be read from the terminal: \(failure)") }
        guard isComplete else { throw CommandError(.usage, "the passphrase is longer than \(maximumLineByteCount) bytes") }
        guard count > 0 else { throw CommandError(.noCredential, "no passphrase was typed") }
        return try line.withoutLineEnd(count: count)
    }
}
