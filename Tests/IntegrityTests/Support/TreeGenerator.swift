/// SplitMix64: the same seed gives the same tree.
struct TreeGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        while bytes.count < count { withUnsafeBytes(of: next()) { bytes.append(contentsOf: $0) } }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

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
