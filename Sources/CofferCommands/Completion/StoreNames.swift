import KeyCatalog
import KeyStore
import ObjectStore
import SystemPackage

/// Names in a store that is not opened, for whoever is about to type one.
///
/// They are not authenticated, so nothing is decided by them. Nobody is asked for a passphrase, no event is recorded, nothing changes in
/// the store; and where names cannot be had, there are none: a shell has no place for an error while somebody types.
struct StoreNames {
    private static let limit = 10_000

    /// The store's folder.
    let folder: String

    /// `alias/backups`, in the order of their bytes.
    var aliases: [String] {
        do {
            try Directory.requirePrivate(folder)
            let catalog = try KeyCatalog(path: StoreFiles(directory: folder).catalog, access: .readOnly)
            let records = try catalog.read { reader throws(KeyStoreError) in
                do throws(KeyRecordStoreError) {
                    return try reader.aliases(after: nil, of: nil, limit: Self.limit)
                } catch {
                    throw KeyStoreError(error)
                }
            }
            return records.compactMap { record in
                guard case .alias(let name) = record.id, AliasName.isWellFormed(name) else { return nil }
                return name
            }
        } catch {
            return []
        }
    }

    /// In the order of their bytes.
    var buckets: [String] {
        do {
            try Directory.requirePrivate(folder)
            return try StoredBucketNames.read(folder: FilePath(folder), limit: Self.limit).map(\.text)
        } catch {
            return []
        }
    }
}
