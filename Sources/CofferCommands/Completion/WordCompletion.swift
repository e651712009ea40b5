import ArgumentParser
import TLSInspector

/// What a shell offers for a word of a command line.
///
/// bash expands what it is offered as if it had been typed (`compgen -W`), so a name with `$(…)` in it would be run. Names of keys and
/// buckets are offered only where they are well formed, and then have no such characters; keys of objects are not offered at all.
enum WordCompletion {
    /// Keys, by their aliases.
    static var key: CompletionKind {
        .custom { words, _, typed in
            let aliases = store(of: words).aliases
            return offer(typed.hasPrefix(AliasName.prefix) ? aliases : aliases.map { String($0.dropFirst(AliasName.prefix.count)) })
        }
    }

    static var bucket: CompletionKind { .custom { words, _, _ in offer(store(of: words).buckets) } }

    /// `BUCKET/`, in front of a key or of its beginning.
    static var bucketPath: CompletionKind { .custom { words, _, _ in offer(store(of: words).buckets.map { $0 + "/" }) } }

    /// `coffer://BUCKET/`
    static var url: CompletionKind { .custom { words, _, _ in offer(urls(in: store(of: words))) } }

    /// A URL, or a file. Only the script for bash can offer both (`CompletionScript`).
    static var fileOrURL: CompletionKind {
        if let shell = CompletionShell.requesting, shell == .zsh || shell == .fish { return .file() }
        return .custom { words, _, typed in
            let isURL = typed.hasPrefix(ObjectURL.scheme) || (!typed.isEmpty && ObjectURL.scheme.hasPrefix(typed))
            return isURL ? offer(urls(in: store(of: words))) : []
        }
    }

    /// TLS profiles that come with coffer.
    static var profile: CompletionKind { .custom { _, _, _ in offer(Profile.embedded.flatMap { [$0.id] + $0.aliases }.sorted()) } }

    /// The beginnings of seals that can be made.
    static var seal: CompletionKind { .custom { _, _, _ in offer(["passphrase", "keyfile:", "recovery:"]) } }

    private static func urls(in store: StoreNames) -> [String] { store.buckets.map { "\(ObjectURL.scheme)\($0)/" } }

    /// The store that a command of these words would work on.
    private static func store(of words: [String]) -> StoreNames {
        let context = CommandContext.process()
        var home = HomeOption()
        home.home = homeOption(in: words, context)
        return StoreNames(folder: home.path(in: context))
    }

    private static func homeOption(in words: [String], _ context: CommandContext) -> String? {
        guard let index = words.firstIndex(where: { $0 == "--home" || $0.hasPrefix("--home=") }) else { return nil }
        let word = words[index]
        guard let path = word == "--home" ? words.dropFirst(index + 1).first : word.dropping(prefix: "--home=") else { return nil }
        // The shell has not expanded it yet.
        return path.hasPrefix("~/") ? context.homeDirectory + path.dropFirst() : path
    }

    /// zsh takes what is behind a colon for an explanation.
    private static func offer(_ texts: [String]) -> [String] {
        CompletionShell.requesting == .zsh ? texts.map { $0.replacing(":", with: "\\:") } : texts
    }
}
