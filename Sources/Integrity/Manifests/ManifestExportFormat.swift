/// As what a list of the files in a manifest is written.
public enum ManifestExportFormat: Sendable, Hashable {
    /// `HASH  NAME`, for `sha256sum --check` and its siblings.
    case gnu
    /// `SHA256 (NAME) = HASH`.
    case bsd
    case hashdeep
    /// The lines of a payload manifest of BagIt 1.0 (RFC 8493 §2.1.3), in which all paths are below `data/`.
    case bagIt
}
