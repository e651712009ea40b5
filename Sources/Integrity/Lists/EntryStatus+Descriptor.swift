internal import CIntegrityShims
import SystemPackage

extension EntryStatus {
    /// How often a file is read again that somebody wrote to while it was read.
    static let maximumRereadCount = 3

    /// Of an open file.
    init(of descriptor: FileDescriptor) throws(Errno) {
        self.init()
        let code = SystemTreeCalls().status(descriptor.rawValue, &self)
        guard code == 0 else { throw Errno(rawValue: -code) }
    }
}
