import Foundation

/// The modules of the repository, and what their files import.
struct SourceModules: Sendable {
    static let repository = URL(fileURLWithPath: #filePath).appending(path: "../../..").standardizedFileURL

    struct File: Sendable {
        /// From the repository's folder.
        let path: String
        let imports: Set<String>
    }

    /// By module, those in Swift alone.
    let files: [String: [File]]
    /// Modules that are C, or the system's.
    let foreign: Set<String>

    /// Read once, for all tests.
    static let read = Result { try SourceModules() }

    private init() throws {
        var files = ["KeyStore": try Self.files(in: "KeyStore")]
        var foreign: Set<String> = []
        for module in try FileManager.default.contentsOfDirectory(atPath: Self.repository.appending(path: "Sources").path) {
            let found = try Self.files(in: "Sources/\(module)")
            if found.isEmpty { foreign.insert(module) } else { files[module] = found }
        }
        self.files = files
        self.foreign = foreign
    }

    func imports(of module: String) -> Set<String> { files[module, default: []].reduce(into: []) { $0.formUnion($1.imports) } }

    private static func files(in folder: String) throws -> [File] {
        let all = try FileManager.default.subpathsOfDirectory(atPath: repository.appending(path: folder).path)
        return try all.filter { $0.hasSuffix(".swift") }.sorted().map { name in
            let path = "\(folder)/\(name)"
            let text = try String(contentsOf: repository.appending(path: path), encoding: .utf8)
            // The word alone is found much faster than the form.
            let lines = text.components(separatedBy: "\n").filter { $0.contains("import") }
            return File(path: path, imports: Set(lines.compactMap { ImportLine.module(of: $0) }))
        }
    }
}
