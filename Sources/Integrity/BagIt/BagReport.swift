import Findings

/// What a look at a bag found out.
public struct BagReport: Sendable {
    /// nil when `bagit.txt` cannot be understood.
    public internal(set) var declaration: BagDeclaration?
    public internal(set) var info = BagInfo([])
    /// What is in the payload folder.
    public internal(set) var payload = PayloadOxum(byteCount: 0, fileCount: 0)
    /// Names of the algorithms of the payload manifests, as in their file names.
    public internal(set) var algorithms: [String] = []
    /// Files whose content was read and compared, tag files among them.
    public internal(set) var checkedFileCount = 0
    public internal(set) var checkedByteCount: UInt64 = 0
    /// All that is wrong and all that is worth knowing.
    public internal(set) var problems: [BagProblem] = []

    /// Whether all is there and nothing else.
    public var isComplete: Bool { !problems.contains(where: \.breaksCompleteness) }
    /// Complete, and everything that was read is what it was. Without a full look this does not say that all was read.
    public var isValid: Bool { problems.allSatisfy { $0.severity == .info } }
    /// Whether content is lost or changed.
    public var isDamaged: Bool { problems.contains(where: \.isDamage) }
}
