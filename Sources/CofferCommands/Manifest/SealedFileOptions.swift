import ArgumentParser
import Envelope
import Integrity

/// What is done with sealed files (`.age`) in a tree.
struct SealedFileOptions: ParsableArguments {
    enum Mode: String, EnumerableFlag {
        case ciphertext
        case open

        static func help(for value: Mode) -> ArgumentHelp? {
            switch value {
            case .ciphertext: "Look at sealed files (.age) as they are stored; no key is needed. This is the default."
            case .open: "Also open each sealed file with its key: it is whole and can be restored."
            }
        }
    }

    @Flag var sealedFiles = Mode.ciphertext
    @OptionGroup var identities: IdentityOptions
    @OptionGroup var expectation: ContextExpectation

    var mode: ManifestOptions.SealedFiles { sealedFiles == .open ? .open : .ciphertext }

    func validate() throws {
        guard sealedFiles == .ciphertext, !identities.identity.isEmpty else { return }
        throw ValidationError("--identity is for --open")
    }

    /// nil where no file is to be opened.
    func check(_ unlock: UnlockOptions, _ store: LazyStore, in session: Session) throws -> SealedFileCheck? {
        guard sealedFiles == .open else { return nil }
        let identities = try identities.read(expecting: try expectation.parse(), Keys(unlock, store, in: session))
        return SealedFileCheck(opener: SealedFileOpener(identities: identities))
    }
}
