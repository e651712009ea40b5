import ArgumentParser
import KeyStore

/// `coffer seal`: what opens the store.
struct SealCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal", abstract: "Add, change and remove what opens the store.",
        discussion: """
            Several seals may open one store, like the slots of an encrypted disk: a
            passphrase for people, a key file for services, a recovery identity in a safe.

            $ coffer seal list
            $ coffer seal add keyfile:/etc/coffer/key
            $ coffer seal add recovery:age1…           an identity that was made elsewhere
            $ coffer seal change 3f2a…                 a new passphrase
            $ coffer seal rotate-root                  after somebody left who knew one

            \(ExitStatus.help)
            """,
        subcommands: [SealList.self, SealAdd.self, SealChange.self, SealRemove.self, SealRotateRoot.self])
}

/// A seal as people and programs see it.
struct SealResult: CommandResult {
    struct Members: Encodable {
        let creationDate: String
        let keyFilePath: String?
        let kind: String
        let label: String
        let recipient: String
        let sealId: String

        init(_ seal: SealDescription) {
            creationDate = seal.creationDate.rfc3339
            keyFilePath = seal.keyFilePath
            kind = seal.kind.rawValue
            label = seal.label
            recipient = seal.recipient.text
            sealId = seal.id
        }
    }

    let seal: Members

    init(_ seal: SealDescription) { self.seal = Members(seal) }

    var text: String { seal.sealId + "\n" }
}

/// The seals as a table.
struct SealListResult: CommandResult {
    let seals: [SealResult.Members]

    var text: String {
        TableOutput(
            header: ["SEAL ID", "KIND", "LABEL", "CREATED", "KEY FILE"],
            rows: seals.map { [$0.sealId, $0.kind, $0.label, $0.creationDate, $0.keyFilePath ?? "-"] }
        ).text
    }
}
