import SystemPackage

/// An entry that a walk came to.
struct WalkedEntry: Sendable {
    /// From the root of the walk.
    let path: [UInt8]
    /// Where the name begins in the path.
    let nameStart: Int
    /// As the folder says, or the entry itself where the folder does not.
    let type: EntryType
    /// The folder it is in; nil only where that is not to be opened any more.
    let parent: FolderHandle?
    /// Of a folder that can be opened: itself.
    let folder: FolderHandle?
    /// Of a folder: why not everything (or nothing) of what is in it could be listed. Of anything: why it cannot be looked at.
    let errno: Errno?

    var name: ArraySlice<UInt8> { path[nameStart...] }
}
