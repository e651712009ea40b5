import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A sealed file that is open while its header is replaced.
final class HeldFile: Sendable {
    let file: LocatedFile
    let descriptor: FileDescriptor
    let status: FileStatus
    /// Whether it may be written to; else it can still be replaced by another file.
    let isWritable: Bool
    var calls: any FileCalls { file.folder.calls }

    private init(_ file: LocatedFile, _ descriptor: FileDescriptor, _ status: FileStatus, isWritable: Bool) {
        self.file = file
        self.descriptor = descriptor
        self.status = status
        self.isWritable = isWritable
    }

    deinit {
        calls.close(descriptor)
    }

    static func open(_ file: LocatedFile, forWriting: Bool) throws(EnvelopeError) -> HeldFile {
        do throws(Errno) {
            if forWriting, let (descriptor, status) = try openForWriting(file) {
                return HeldFile(file, descriptor, status, isWritable: true)
            }
            let (descriptor, status) = try file.open(O_RDONLY)
            return HeldFile(file, descriptor, status, isWritable: false)
        } catch {
            throw .reading(file.path.string, error)
        }
    }

    /// Nil where the file may only be read.
    private static func openForWriting(_ file: LocatedFile) throws(Errno) -> (FileDescriptor, FileStatus)? {
        do throws(Errno) {
            return try file.open(O_RDWR)
        } catch {
            guard [.permissionDenied, .notPermitted, .readOnlyFileSystem, .textFileBusy].contains(error) else { throw error }
            return nil
        }
    }

    /// - Throws: `inputChanged` when the name stands for another file by now, or the file does not begin with these bytes any more.
    func requireUnchanged(_ header: [UInt8]) throws(EnvelopeError) {
        do throws(Errno) {
            let now = try file.folder.status(of: file.name)
            let front = try calls.readBytes(header.count, of: descriptor, at: 0)
            guard now.isSameFile(as: status), now.byteCount == status.byteCount, front == header else {
                throw Errno.staleNFSFileHandle
            }
        } catch {
            guard error == .staleNFSFileHandle || error == .noSuchFileOrDirectory else { throw .reading(file.path.string, error) }
            throw EnvelopeError(.inputChanged, "\(file.path): was changed by somebody else meanwhile, and was left alone: run it again")
        }
    }
}
