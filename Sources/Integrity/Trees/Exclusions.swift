/// What a walk does not go to.
struct Exclusions: Sendable, Hashable {
    static let none = Exclusions([])
    let patterns: [GlobPattern]

    init(_ patterns: [GlobPattern]) { self.patterns = patterns }

    var isEmpty: Bool { patterns.isEmpty }

    func contain(_ path: [UInt8], nameStart: Int, isFolder: Bool) -> Bool {
        patterns.contains { $0.matches(path, nameStart: nameStart, isFolder: isFolder) }
    }
}
