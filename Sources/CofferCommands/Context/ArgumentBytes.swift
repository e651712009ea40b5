import SystemPackage

/// The arguments of the process, byte by byte. Swift repairs what is not UTF-8, and a repaired name is that of another file.
struct ArgumentBytes: Sendable {
    /// Those that are not UTF-8, by what Swift made of them, in their order.
    private var repaired: [String: [FilePath]] = [:]

    init() {}

    static func ofProcess() -> ArgumentBytes {
        var bytes = ArgumentBytes()
        for index in 1..<max(1, Int(CommandLine.argc)) {
            guard let argument = CommandLine.unsafeArgv[index], String(validatingCString: argument) == nil else { continue }
            bytes.repaired[String(cString: argument), default: []].append(FilePath(platformString: argument))
        }
        return bytes
    }

    /// The names of files that arguments are.
    func paths(_ texts: [String]) -> [FilePath] {
        var used: [String: Int] = [:]
        return texts.map { text in
            guard let originals = repaired[text] else { return FilePath(text) }
            defer { used[text, default: 0] += 1 }
            return originals[min(used[text, default: 0], originals.count - 1)]
        }
    }

    func path(_ text: String) -> FilePath { paths([text])[0] }

    /// Refuses text that Swift may have repaired: the name of an object that is not UTF-8 must not become that of another one.
    func requireText(_ text: String) throws {
        guard !repaired.isEmpty, text.unicodeScalars.contains("\u{FFFD}") else { return }
        throw CommandError(.usage, "\"\(text.prefix(80))\" is not UTF-8, as names of objects are")
    }
}
