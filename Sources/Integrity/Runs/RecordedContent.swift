extension ManifestEntries.Element {
    /// What reading a content says of it in relation to what is recorded here.
    /// - Parameters:
    ///   - new: the entry as it is.
    ///   - content: nil when nobody read it.
    /// - Throws: `damaged` when the manifest cannot be read.
    func relation(
        to new: ManifestEntry, _ content: ContentExamination?, _ hasher: inout TreeHasher
    ) throws(IntegrityError) -> ContentRelation {
        guard let content, content.errno == nil, let isSame = LeafComparison.isSame(entry, new) else { return .unknown }
        if isSame {
            // Whoever read the content has compared it leaf by leaf, and the root is that of the signed entry.
            guard !content.differences.isEmpty, let leaves else { return .same }
            return .sameByRoot(damagedManifest: leaves.file.name)
        }
        guard entry.root != nil else { return .different(ranges: [], keepsWholeLeaves: false, extends: false) }
        if let name = try manifestWithDamagedLeaves(&hasher) { return .differentSomewhere(damagedManifest: name) }
        return .different(
            ranges: content.differences, keepsWholeLeaves: content.keepsWholeLeaves, extends: content.extendsExpected)
    }
}
