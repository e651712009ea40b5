/// A folder on the way of a walk.
final class WalkLevel {
    /// nil while it is closed to save descriptors.
    var folder: FolderHandle?
    /// Another folder has taken its place while it was closed.
    var isLost = false
    let id: FileID
    /// Names that are still to come: each with a zero byte and a type behind it.
    let names: SortedRecords<BytewiseOrder>
    /// Of its path without a slash.
    let pathByteCount: Int
    /// Of the last entry.
    var lastPath: [UInt8] = []

    init(_ folder: FolderHandle, _ names: SortedRecords<BytewiseOrder>, pathByteCount: Int) {
        self.folder = folder
        id = folder.status.id
        self.names = names
        self.pathByteCount = pathByteCount
    }
}
