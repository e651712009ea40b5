import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The arguments of the process, byte by byte. Swift repairs what is not UTF-8, and a repaired name is that of another file.
struct ArgumentBytes: Sendable {
    /// Those that are not UTF-8, by what Swift made of them, in their order.
    private var repaired: [String: [[UInt8]]] = [:]

    init() {}

    static func ofProcess() -> ArgumentBytes {
        var bytes = ArgumentBytes()
        for index in 1..<max(1, Int(CommandLine.argc)) {
            guard let argument = CommandLine.unsafeArgv[index], String(validatingCString: argument) == nil else { continue }
            let original = UnsafeBufferPointer(start: argument, count: strlen(argument)).map(UInt8.init(bitPattern:))
            bytes.repaired[String(cString: argument), default: []].append(original)
        }
        return bytes
    }

    /// The names of files that arguments are.
    func paths(_ texts: [String]) -> [FilePath] { bytes(texts).map(FilePath.init(bytes:)) }

    /// The names of files that arguments are, as they were written: a `FilePath` leaves out slashes that are too many.
    func bytes(_ texts: [String]) -> [[UInt8]] {
        var used: [String: Int] = [:]
        return texts.map { text in
            guard let originals = repaired[text] else { return Array(text.utf8) }
            defer { used[text, default: 0] += 1 }
            return originals[min(used[text, default: 0], originals.count - 1)]
        }
    }

    func path(_ text: String) -> FilePath { paths([text])[0] }

    /// Refuses text that Swift may have repaired: the name of an object that is not UTF-8 must not become that of another one.
    func requireText(_ text: String) throws {
        guard !repaired.isEmpty, text.unicodeScalars.contains("\u{FFFD}") else { return }
        throw CommandError(.usage, "\"\(text.prefix(80))\" is not UTF-8, as this name has to be")
    }
}

extension FilePath {
    /// - Parameter bytes: up to the first zero.
    init(bytes: [UInt8]) { self.init(platformString: bytes.map(CInterop.PlatformChar.init(bitPattern:)) + [0]) }
}
