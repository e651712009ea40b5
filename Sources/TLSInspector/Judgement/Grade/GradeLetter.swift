/// The letters of SSL Labs, the worst first.
public enum GradeLetter: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// Nobody can know who the server is: the rest does not matter.
    case untrusted = "T"
    /// The certificate is for another name.
    case mismatch = "M"
    case f = "F"
    case e = "E"
    case d = "D"
    case c = "C"
    case b = "B"
    case aMinus = "A-"
    case a = "A"
    case aPlus = "A+"

    public static func < (left: GradeLetter, right: GradeLetter) -> Bool { left.rank < right.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// Of a score between 0 and 100, before caps.
    init(score: Int) {
        self =
            switch score {
            case 80...: .a
            case 65...: .b
            case 50...: .c
            case 35...: .d
            case 20...: .e
            default: .f
            }
    }
}
