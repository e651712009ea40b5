import AgeFormat
import ArgumentParser
import Envelope
import KeyStore

struct Inspect: CofferCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Show what a sealed file says about itself. Needs no key, and proves nothing.",
        discussion: """
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
        let keyId: String?
        let keyVersion: UInt32?
        let encryptionContext: [String: String]?
        let problem: String?

        /// Nil for padding, which is nobody.
        init?(_ facts: SealedFileInspection.RecipientFacts) {
            switch facts {
            case .kmsKey(let stanza):
                type = KMSKeyStanza.type
                keyId = stanza.wrapped.keyARN
                encryptionContext = Dictionary(
                    stanza.wrapped.encryptionContext.pairs.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
                do throws(KeyStoreError) {
                    keyVersion = try CiphertextBlobHeader(parsing: stanza.wrapped.ciphertextBlob).version
                    problem = nil
                } catch {
                    keyVersion = nil
                    problem = error.message
                }
            case .malformed(let type, let reason):
                self.type = type
                keyId = nil
                keyVersion = nil
                encryptionContext = nil
                problem = reason
            case .padding:
                return nil
            case .other(let stanza):
                type = stanza.type
                keyId = nil
                keyVersion = nil
                encryptionContext = nil
                problem = nil
            }
        }

        var fields: [(String, String?)] {
            let context = encryptionContext.flatMap { pairs in
                pairs.isEmpty
                    ? nil : pairs.sorted { $0.key < $1.key }.map { "\(visible($0.key))=\(visible($0.value))" }.joined(separator: ", ")
            }
            return [
                ("Recipient", "\(type)\(keyId.map { " \(visible($0))" } ?? "")\(keyVersion.map { ", version \($0)" } ?? "")"),
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

    private enum CodingKeys: CodingKey { case format, fileByteCount, headerByteCount, plaintextByteCount, recipients, sizeIsConsistent }

    init(_ inspection: SealedFileInspection) {
        fileByteCount = inspection.fileByteCount
        headerByteCount = inspection.headerByteCount
        plaintextByteCount = inspection.plaintextByteCount
        recipients = inspection.recipients.compactMap(Recipient.init)
        sizeIsConsistent = inspection.isSizeConsistent
    }

    var text: String {
        let size =
            plaintextByteCount.map { "\($0) bytes of plaintext in \(fileByteCount)" } ?? "\(fileByteCount) bytes, which no whole file has"
        return FieldsOutput([("Format", format), ("Size", size)] + recipients.flatMap(\.fields)).text
    }
}

/// Text from a file that anybody may have written, without what a terminal would act on.
func visible(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
}
