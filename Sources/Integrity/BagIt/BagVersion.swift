/// The versions of BagIt that are read. 1.0 is RFC 8493, the others are its drafts.
public enum BagVersion: String, Sendable, Hashable, CaseIterable, Comparable {
    case v093 = "0.93"
    case v094 = "0.94"
    case v095 = "0.95"
    case v096 = "0.96"
    case v097 = "0.97"
    case v10 = "1.0"

    public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .v093: 93
        case .v094: 94
        case .v095: 95
        case .v096: 96
        case .v097: 97
        case .v10: 100
        }
    }

    /// The file of metadata, which had another name at first.
    var infoFileName: String { self <= .v095 ? "package-info.txt" : "bag-info.txt" }

    /// Whether a path in a manifest writes `%` as `%25`, as RFC 8493 does and its drafts did not.
    var encodesPercent: Bool { self >= .v10 }

    /// Whether each payload manifest has to list each payload file, once.
    var needsWholeManifests: Bool { self >= .v10 }

    /// Whether `bagit.txt` has to be written to the letter.
    var isStrict: Bool { self >= .v097 }
}
