import SystemPackage

/// What a walk goes to and how much it may use.
struct WalkOptions: Sendable {
    var exclusions = Exclusions.none
    /// Folders on other file systems are named, but not gone into.
    var staysOnFileSystem = false
    /// Entries that are passed over without a word, like the manifest that is being written.
    var leftOut: Set<FileID> = []
    /// Where names go of which there are too many for the memory.
    var scratchFolder = FilePath("/var/tmp")
    /// For names of the folders on the way, in bytes. A folder whose names need more than half of what is left of it is sorted on the disk.
    var nameBudget = 16 << 20
    /// How many folders on the way are open at once.
    var openFolderLimit = 200
}
