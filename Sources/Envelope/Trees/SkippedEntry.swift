public import SystemPackage

/// An entry of a tree that was not dealt with, and why.
public struct SkippedEntry: Sendable, Equatable, CustomStringConvertible {
    public enum Reason: Sendable, Equatable, CustomStringConvertible {
        case symbolicLink
        case pipe
        case socket
        case device
        /// A folder, or the facts of an entry, that cannot be read.
        case unreadable(Errno)
        /// It was there when its folder was read.
        case vanished
        /// Deeper than `FileTree.maximumDepth`.
        case tooDeep
        /// A folder of more than `FileTree.maximumEntryCount` entries.
        case tooManyEntries
        /// A regular file that is of another kind than those which the run is about.
        case notASealedFile
        /// A file that is sealed by its name, where files are to be sealed.
        case alreadySealed
        /// A further name (hard link) of a file that was dealt with.
        case sameFile(as: FilePath)

        public var description: String {
            switch self {
            case .symbolicLink: "is a symbolic link"
            case .pipe: "is a pipe"
            case .socket: "is a socket"
            case .device: "is a device"
            case .unreadable(let errno): "cannot be read: \(errno)"
            case .vanished: "was removed meanwhile"
            case .tooDeep: "lies more than \(FileTree.maximumDepth) folders deep"
            case .tooManyEntries: "has more than \(FileTree.maximumEntryCount) entries"
            case .notASealedFile: "is not a sealed file"
            case .alreadySealed: "is sealed already"
            case .sameFile(let path): "is the same file as \(path)"
            }
        }

        /// Whether the person meant that entry to be dealt with, so that skipping it is a failure.
        public var isFailure: Bool {
            switch self {
            case .unreadable, .tooDeep, .tooManyEntries: true
            case .symbolicLink, .pipe, .socket, .device, .vanished, .notASealedFile, .alreadySealed, .sameFile: false
            }
        }
    }

    public let path: FilePath
    public let reason: Reason

    public init(path: FilePath, reason: Reason) {
        self.path = path
        self.reason = reason
    }

    public var description: String { "\(path): \(reason)" }
}
