import ArgumentParser
import KeyStore

struct SealRemove: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Stop something from opening the store.",
        discussion: """
            The last seal that is not for recovery cannot be removed.

            $ coffer seal remove 3f2a…

            \(ExitStatus.help)
            """)

    @Argument(help: "The seal's id, or its beginning.") var id: String
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        let seal = try SealReference.resolve(id, in: store)
        try store.service.removeSeal(id: seal.id)
        session.output.note("removed the \(seal.kind.rawValue) seal \(seal.id)")
        try session.output.render(RemovedSealResult(sealId: seal.id))
    }
}

private struct RemovedSealResult: CommandResult {
    let sealId: String
    var text: String { "" }
}
