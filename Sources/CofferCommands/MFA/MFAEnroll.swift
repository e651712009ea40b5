import AccessControl
import ArgumentParser
import KeyStore
import OpenSSL
import SystemPackage

struct MFAEnroll: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "enroll", abstract: "Enrol a device: scan a QR code, then type two codes in a row.",
        discussion: """
            With the first device come ten recovery codes, shown once: each opens the
            gate one time when every device is lost. Keep them on paper, not here.
            A further device needs a code of one that is enrolled.

            $ coffer mfa enroll --name phone
            $ coffer mfa enroll --name token --algorithm SHA256 --digits 8
            $ coffer mfa enroll --name vault --uri /dev/shm/uri --recovery-codes codes.txt

            Most apps know SHA1, 6 digits and 30 seconds alone.

            \(ExitStatus.help)
            """)

    /// How often a person may mistype.
    private static let maximumTries = 5

    @Option(name: .long, help: "What to call the device: letters, digits and + = , . @ _ - alone.") var name: String
    @Option(name: .long, help: "SHA1, SHA256 or SHA512.") var algorithm: TOTPAlgorithm = .sha1
    @Option(name: .long, help: "Digits of a code, 6 to 8.") var digits = 6
    @Option(name: .long, help: "How long a code is shown, 15 to 60 seconds.") var period = 30

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Write the otpauth: URI, which holds the secret, to this new file (mode 0600) instead of showing a QR code.", valueName: "file"),
        completion: .file())
    var uri: String?

    @Option(name: .long, help: ArgumentHelp("Write the otpauth: URI to this open file descriptor.", valueName: "number"))
    var uriFD: Int32?

    @Option(
        name: .long,
        help: ArgumentHelp("Write the recovery codes to this new file (mode 0600) instead of showing them.", valueName: "file"),
        completion: .file())
    var recoveryCodes: String?

    @OptionGroup var mfa: MFAOption
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws {
        guard uri == nil || uriFD == nil else { throw ValidationError("give only one of --uri and --uri-fd") }
        guard uriFD.map({ $0 >= 0 }) ?? true else { throw ValidationError("--uri-fd is not a file descriptor") }
    }

    func check(in session: Session) throws {
        _ = try TOTPParameters(algorithm: algorithm, digits: digits, period: period)
        try OutputFile.checkAll([uri, recoveryCodes], replacing: false)
        guard session.context.terminal.isAvailable else {
            throw CommandError(.noCredential, "there is no terminal to type the codes of the device on")
        }
    }

    func run(on store: OpenStore, in session: Session) async throws {
        let parameters = try TOTPParameters(algorithm: algorithm, digits: digits, period: period)
        let gate = try await SecondFactors.openOrSetUp(of: store, in: session)
        try gate.requireRoom(forDevice: name)
        let isFirst = try gate.deviceNames().isEmpty
        var enrolment = try Enrolment(name: name, parameters: parameters, identity: store.service.identity)
        try show(enrolment.uri(), in: session)
        try confirm(&enrolment, in: session)
        let enrolled: EnrolledDevice
        if isFirst {
            enrolled = try await gate.enrol(enrolment, authorizedBy: nil)
        } else {
            session.output.note("a further device needs a code of one that is enrolled")
            enrolled = try await gate.enrol(enrolment, authorizedBy: mfa.code(for: gate, in: session))
        }
        let device = enrolled.device
        if let codes = enrolled.takeRecoveryCodes() {
            try RecoveryCodeOutput(path: recoveryCodes).write(codes, in: session)
        }
        session.output.note("enrolled \(device.name); from now on a key is scheduled for deletion only with a code")
        try session.output.render(MFADeviceResult(device))
    }

    private func show(_ uri: consuming SecretBytes, in session: Session) throws {
        if let path = self.uri {
            try OutputFile(path: path, replacing: false).write(uri)
        } else if let uriFD {
            try uri.withUnsafeBytes { bytes in
                do {
                    _ = try FileDescriptor(rawValue: uriFD).writeAll(bytes)
                } catch let error as Errno { throw Output.failure(error, writing: "file descriptor \(uriFD)") }
            }
        } else {
            let code = try TerminalQRCode.render(uri, coloured: session.context.allowsColour(noColor: options.output.noColor))
            try session.context.statusLine.whileHidden { try session.context.terminal.show(code) }
        }
    }

    private func confirm(_ enrolment: inout Enrolment, in session: Session) throws {
        var tries = 0
        var prompt = "Code that \(name) shows: "
        while !enrolment.isConfirmed {
            let code = try session.context.readPassphrase(prompt: prompt, alternative: "type the codes on a terminal")
            tries += 1
            do {
                try enrolment.confirm(code, at: session.context.clock.read().wall)
                prompt = "The next code: "
            } catch let error as AccessError where error.code == .invalidCode && tries < Self.maximumTries {
                session.output.warn(error.message)
            }
        }
    }
}

/// Recovery codes go to the terminal or to a file, never to a stream that may be kept somewhere.
struct RecoveryCodeOutput {
    let path: String?

    func write(_ codes: consuming SecretBytes, in session: Session) throws {
        if let path {
            try OutputFile(path: path, replacing: false).write(codes)
            session.output.note("the recovery codes are in \(path); keep them somewhere else, and remove the file")
            return
        }
        let note = Array("\nRecovery codes, each good for one use. Write them down: they are not shown again.\n\n".utf8)
        var text = try SecretBuffer(capacity: note.count + codes.count + 1)
        try text.append(note.bytes)
        try codes.withBytes { codes throws(OpenSSLError) in try text.append(codes) }
        let end = [UInt8(ascii: "\n")]
        try text.append(end.bytes)
        let shown = try text.withBytes { bytes throws(OpenSSLError) in try SecretBytes(copying: bytes) }
        try session.context.statusLine.whileHidden { try session.context.terminal.show(shown) }
    }
}
