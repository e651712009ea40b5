import GRDB
public import SystemPackage

/// The names of a store's buckets as its database has them. The keys that would show whether they are true are not needed.
///
/// For what helps somebody to type, and for nothing that decides: whoever can write to the database can put names into it. Nothing in
/// the store is changed.
public enum StoredBucketNames {
    /// - Parameters:
    ///   - folder: the store's folder.
    ///   - limit: how many at most.
    /// - Returns: in the order of their bytes; none where nothing was ever stored. What cannot be a name is left out.
    public static func read(folder: FilePath, limit: Int) throws(ObjectStoreError) -> [BucketName] {
        do {
            guard let database = try ObjectDatabase.openForReading(path: ObjectStoreEnvironment.databasePath(in: folder)) else { return [] }
            let texts = try database.read { db in
                guard try db.tableExists("bucket") else { return [String]() }
                return try String.fetchAll(db, sql: "SELECT name FROM bucket ORDER BY name LIMIT ?", arguments: [max(0, limit)])
            }
            return texts.compactMap(name)
        } catch {
            throw ObjectStoreError(storage: error, doing: "read the names of buckets of")
        }
    }

    private static func name(_ text: String) -> BucketName? {
        do {
            return try BucketName(text)
        } catch {
            // A row that no bucket has written. Whoever opens the store is told of it.
            return nil
        }
    }
}
