import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The name of a plugin. Part of a key that somebody gave, and of the name of a program that will be run, so nothing that could
/// be a path is one.
struct PluginName: Sendable, Equatable {
    static let maximumByteCount = 64

    /// Lower case.
    let text: String

    /// - Throws: `malformedKey` unless the name is of letters, digits, `+`, `-`, `.` and `_`.
    init(_ name: String) throws(EnvelopeError) {
        guard !name.isEmpty, name.utf8.count <= Self.maximumByteCount, name.utf8.allSatisfy(Self.isAllowed) else {
            throw EnvelopeError(.malformedKey, "the plugin name of a key may have letters, digits, +, -, . and _ only")
        }
        text = name.lowercased()
    }

    /// The name in a key; nil when no plugin can have it.
    static func checked(_ name: Substring) -> String? {
        do {
            return try PluginName(String(name)).text
        } catch {
            return nil
        }
    }

    static func unavailable(_ name: String) -> EnvelopeError {
        EnvelopeError(.pluginFailed, "it needs the plugin age-plugin-\(name), and plugins are not run here")
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
        default: false
        }
    }

    /// The program that the plugin is.
    var program: String { "age-plugin-\(text)" }

    /// The first program of that name in the absolute folders of a search path, as a shell would find it.
    /// - Throws: `pluginFailed` when there is none.
    func find(in searchPath: String) throws(EnvelopeError) -> FilePath {
        for folder in searchPath.split(separator: ":") where folder.hasPrefix("/") {
            let candidate = FilePath(String(folder)).appending(program)
            if Self.isProgram(candidate) { return candidate }
        }
        throw EnvelopeError(.pluginFailed, "\(program) is not installed: there is no such program in the folders of PATH")
    }

    private static func isProgram(_ path: FilePath) -> Bool {
        unsafe path.withPlatformString { path in
            var status = stat()
            return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
        }
    }
}
