/// What an entry of a tree is.
public enum EntryType: UInt8, Sendable, Hashable, CaseIterable {
    case file = 0
    case folder = 1
    case symbolicLink = 2
    case pipe = 3
    case socket = 4
    case characterDevice = 5
    case blockDevice = 6

    /// For people: `a folder`.
    public var description: String {
        switch self {
        case .file: "a file"
        case .folder: "a folder"
        case .symbolicLink: "a symbolic link"
        case .pipe: "a pipe"
        case .socket: "a socket"
        case .characterDevice: "a character device"
        case .blockDevice: "a block device"
        }
    }

    /// For programs, as `find -type` and `stat` call it.
    public var word: String {
        switch self {
        case .file: "file"
        case .folder: "directory"
        case .symbolicLink: "symlink"
        case .pipe: "fifo"
        case .socket: "socket"
        case .characterDevice: "character-device"
        case .blockDevice: "block-device"
        }
    }
}
