extension Manifest {
    /// A proof that an entry is in this manifest, for somebody who does not get the manifest.
    /// - Throws: `noSuchEntry`; `damaged` when the entries are not what was signed; `notSigned`.
    public func proof(of path: EntryPath) throws(IntegrityError) -> EntryProof {
        guard signer != nil else { throw IntegrityError(.notSigned, "\(name): a manifest that nobody signed proves nothing") }
        guard let found = try index(of: path) else { throw IntegrityError(.noSuchEntry, "\(name): has no entry \(path)") }
        var hasher = try TreeHasher()
        var builder = InclusionProofBuilder(index: found.index)
        var entries = try entries()
        while let element = try entries.next() { try builder.append(element.hash, &hasher) }
        let proof = try builder.finish(&hasher)
        return try EntryProof(entry: found.entry.canonicalBytes, index: found.index, path: proof.path, note: lineage.note)
    }

    private func index(of path: EntryPath) throws(IntegrityError) -> ManifestEntries.Element? {
        var entries = try entries()
        while let element = try entries.next(), element.entry.path <= path {
            if element.entry.path == path { return element }
        }
        return nil
    }
}

extension ProvenEntry {
    /// What was proven.
    /// - Throws: `damaged` for what is no entry.
    public func manifestEntry() throws(IntegrityError) -> ManifestEntry { try ManifestEntry(canonical: entry) }
}
