/// Bounds of what is read of a bag that came from somebody else. What is beyond them is reported, never cut off in silence.
public enum BagLimits {
    /// Of `bagit.txt`, which has two short lines.
    public static let maximumDeclarationByteCount = 4096
    /// Of all manifests, `bag-info.txt` and `fetch.txt` together: they are read as a whole.
    public static let maximumListByteCount = 1 << 30
    /// Entries of all manifests and `fetch.txt` together: they stay in memory until the bag is judged.
    public static let maximumListEntryCount = 10_000_000
    /// Manifests of all kinds and algorithms; bags have hardly ever more than four.
    public static let maximumManifestCount = 32
    /// Of a line; the longest path with every byte encoded fits.
    public static let maximumLineByteCount = 262_144
    /// Entries of the folder itself.
    public static let maximumEntryCount = 10_000_000
    /// Of `bag-info.txt`.
    public static let maximumInfoFieldCount = 100_000
    /// Lines of one file that are reported as wrong, one by one; of more there is only one more word.
    public static let maximumLineProblemCount = 1000
    /// Folders within folders; each costs a descriptor while it is walked.
    public static let maximumDepth = 256
}
