import AgeFormat
import ArgumentParser
import Integrity
import OpenSSL
import SystemPackage

struct ManifestList: FileCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the entries of a manifest, like `ls -lR`.",
        discussion: """
            $ coffer manifest list photos.manifest
            $ coffer manifest list p.manifest --json | jq 'select(.Size > 1e9) | .Path'

            With --json there is a line for each entry. Bytes of a name that are not UTF-8
            are shown as \\xHH; PathBase64 then has the name as it is.

            \(ExitStatus.help)
            """)

    @Argument(help: ArgumentHelp("The manifest.", valueName: "manifest"), completion: .file()) var manifest: String
    @OptionGroup(title: "Trust") var trust: ManifestTrustOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(with store: LazyStore, in session: Session) async throws {
        let opened = try await trust.open(session.context.arguments.path(manifest), store, in: session, isPast: true)
        try await opened.checkEntries()
        var lines: [UInt8] = []
        try opened.forEachEntry { entry in
            let line = EntryLine(entry)
            lines += session.output.wantsJSON ? try JSONText(line: line).bytes : Array(line.text.utf8)
            guard lines.count >= 1 << 16 else { return }
            try session.output.write(lines)
            lines = []
        }
        try session.output.write(lines)
    }
}

/// One entry.
struct EntryLine: CommandResult {
    let path: String
    let pathBase64: String?
    let type: String
    let mode: String?
    let user: UInt32?
    let group: UInt32?
    let size: UInt64?
    let modificationTime: String?
    let root: String?
    let digests: [String: String]?
    let linkTarget: String?
    let xattrsDigest: String?
    let deviceNumber: UInt64?
    let linkCount: UInt32?
    let unreadable: String?

    init(_ entry: ManifestEntry) {
        path = entry.path.description
        pathBase64 =
            String(validating: entry.path.bytes, as: UTF8.self) == nil || path.contains("\\")
            ? Base64.encode(entry.path.bytes, padding: .required) : nil
        type = entry.type.word
        mode = entry.metadata.map { String($0.permissions, radix: 8) }
        user = entry.metadata?.user
        group = entry.metadata?.group
        size = entry.byteCount
        modificationTime = entry.metadata?.modificationTime.rfc3339
        root = entry.root?.description
        digests =
            entry.digests.isEmpty
            ? nil : Dictionary(uniqueKeysWithValues: entry.digests.map { ($0.algorithm.rawValue, $0.bytes.hexadecimal) })
        linkTarget = entry.linkTarget?.visiblePath
        xattrsDigest = entry.attributes?.description
        deviceNumber = entry.deviceNumber
        linkCount = entry.identity.flatMap { $0.linkCount > 1 && entry.type == .file ? $0.linkCount : nil }
        unreadable = entry.unreadable.map { "\($0)" }
    }

    var text: String {
        let owner = user.flatMap { user in group.map { "\(user):\($0)" } } ?? "-"
        let target = linkTarget.map { " -> \($0)" } ?? ""
        let sizeText = size.map { "\($0)" } ?? "-"
        let padding = String(repeating: " ", count: max(0, 14 - sizeText.count))
        let note = unreadable.map { " (could not be read: \($0))" } ?? ""
        return
            "\(typeLetter) \(mode ?? "-") \(owner) \(padding)\(sizeText) \(modificationTime ?? "-") \(visible(path))\(visible(target))\(note)\n"
    }

    /// As `ls -l` has it.
    private var typeLetter: String {
        switch type {
        case "directory": "d"
        case "symlink": "l"
        case "fifo": "p"
        case "socket": "s"
        case "character-device": "c"
        case "block-device": "b"
        default: "-"
        }
    }
}
