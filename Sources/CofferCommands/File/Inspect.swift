import AgeFormat
import ArgumentParser
import Envelope
import Findings
import KeyStore

struct Inspect: CofferCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Show what a sealed file says about itself. Needs no key, and proves nothing.",
        discussion: """
            Shows for whom the file is sealed, as far as it says so, under which context,
            and how much is in it.

            $ coffer inspect db.dump.age
            $ coffer inspect db.dump.age --json | jq -r '.Recipients[].KeyId'

            \(ExitStatus.help)
            """)

    @Argument(help: "The sealed file; stdin if it is - or left out.", completion: .file(extensions: ["age"])) var file: String?
    @OptionGroup(title: "Global options") var output: OutputOptions

    var outputOptions: OutputOptions { output }

    func run(in session: Session) async throws {
        try session.output.render(InspectionResult(SealedFileInspection(FilePlan(reading: file, in: session.context).input)))
    }
}

private struct InspectionResult: CommandResult {
    struct Recipient: Encodable {
        let type: String
        var keyId: String?
        var keyVersion: UInt32?
        var encryptionContext: [String: String]?
        var description: String?
        var tag: String?
        var workFactor: Int?
        var problem: String?

        /// Nil for padding, which is nobody.
        init?(_ facts: SealedFileInspection.RecipientFacts) {
            switch facts {
            case .kmsKey(let stanza): self.init(stanza)
            case .malformed(let type, let reason): self.init(type: type, problem: reason)
            case .padding:
                return nil
            case .other(let stanza):
                let known = RecipientDescription(stanza)
                self.init(type: stanza.type)
                description = known.text
                tag = known.tag
                workFactor = known.workFactor
            }
        }

        private init(type: String, problem: String? = nil) {
            self.type = type
            self.problem = problem
        }

        private init(_ stanza: KMSKeyStanza) {
            type = KMSKeyStanza.type
            keyId = stanza.wrapped.keyARN
            encryptionContext = Dictionary(
                stanza.wrapped.encryptionContext.pairs.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
            do throws(KeyStoreError) {
                keyVersion = try CiphertextBlobHeader(parsing: stanza.wrapped.ciphertextBlob).version
            } catch {
                problem = error.message
            }
        }

        var fields: [(String, String?)] {
            let context = encryptionContext.flatMap { pairs in
                pairs.isEmpty
                    ? nil : pairs.sorted { $0.key < $1.key }.map { "\(visible($0.key))=\(visible($0.value))" }.joined(separator: ", ")
            }
            let key = keyId.map { " \(visible($0))" } ?? ""
            return [
                (
                    "Recipient",
                    visible(type) + key + (keyVersion.map { ", version \($0)" } ?? "") + (description.map { " (\(visible($0)))" } ?? "")
                ),
                ("Context", context), ("Problem", problem.map(visible)),
            ]
        }
    }

    let format = "age-encryption.org/v1"
    let fileByteCount: UInt64
    let headerByteCount: Int
    let plaintextByteCount: UInt64?
    let recipients: [Recipient]
    let sizeIsConsistent: Bool
    let armored: Bool
    let overheadByteCount: UInt64?
    /// Room in the header for recipients to come.
    let paddingByteCount: Int

    private enum CodingKeys: CodingKey {
        case format, fileByteCount, headerByteCount, plaintextByteCount, recipients, sizeIsConsistent, armored, overheadByteCount
        case paddingByteCount
    }

    init(_ inspection: SealedFileInspection) {
        fileByteCount = inspection.fileByteCount
        headerByteCount = inspection.headerByteCount
        plaintextByteCount = inspection.plaintextByteCount
        recipients = inspection.recipients.compactMap(Recipient.init)
        sizeIsConsistent = inspection.isSizeConsistent
        armored = inspection.isArmored
        overheadByteCount = inspection.overheadByteCount
        paddingByteCount = inspection.recipients.reduce(0) { sum, facts in
            guard case .padding(let count) = facts else { return sum }
            return sum + count
        }
    }

    var text: String {
        let size =
            plaintextByteCount.map { "\(CountText.of($0, "byte")) of plaintext in \(fileByteCount)" }
            ?? "\(fileByteCount) bytes, which no whole file has"
        let padding = paddingByteCount > 0 ? ", \(paddingByteCount) of them padding" : ""
        let overhead = overheadByteCount.map { "\($0) bytes, of which the header has \(headerByteCount)\(padding)" }
        let fields = [
            ("Format", format + (armored ? ", in text form (sizes are of the binary form)" : "")), ("Size", size), ("Overhead", overhead),
        ]
        return FieldsOutput(fields + recipients.flatMap(\.fields)).text
    }
}

/// Text from a file that anybody may have written, without what a terminal would act on.
func visible(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
}
