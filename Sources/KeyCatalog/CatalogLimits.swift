/// The lengths that the schema's CHECK constraints also state.
enum CatalogLimits {
    static let sealIDByteCount = 16
    static let keyIDByteCount = 64
    static let aliasNameByteCount = 256
    static let macByteCount = 32
    /// How many records ``CatalogReader/forEachRecord(_:)`` holds at a time: at most 4 MiB of bodies.
    static let pageRecordCount = 64
}
