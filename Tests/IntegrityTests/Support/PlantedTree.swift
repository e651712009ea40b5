import TestSupport

extension SeededGenerator {
    /// Names that are alike, or awkward: a dot sorts before a slash, a newline before a dot, some are not UTF-8.
    private static let names: [[UInt8]] =
        [
            "a", "a.b", "a b", "A", "a\n", "ab", "b", ".h", "-", "a-", "é", "日本", "\u{1}", "a!", "zzzzzzzz", "zzzzzzzza", "zzzzzzzz.a",
            "*", "[a]",
        ]
        .map { Array($0.utf8) } + [[0xFF], [0x61, 0xFF], [0xC3], [0x80, 0x2E]]

    /// A tree of folders and empty files.
    /// - Returns: the paths of all, and whether each is a folder.
    mutating func plant(in folder: TreeFolder, depth: Int = 4) throws -> [[UInt8]: Bool] {
        var paths: [[UInt8]: Bool] = [:]
        try plant(in: folder, below: [], depth, &paths)
        return paths
    }

    private mutating func plant(in folder: TreeFolder, below prefix: [UInt8], _ depth: Int, _ paths: inout [[UInt8]: Bool]) throws {
        for name in Self.names.shuffled(using: &self).prefix(Int.random(in: 0...7, using: &self)) {
            let path = prefix + name
            let isFolder = depth > 0 && Bool.random(using: &self)
            paths[path] = isFolder
            if isFolder {
                try folder.folder(path)
                try plant(in: folder, below: path + [UInt8(ascii: "/")], depth - 1, &paths)
            } else {
                try folder.write([], to: path)
            }
        }
    }
}
