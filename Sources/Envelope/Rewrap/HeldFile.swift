import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A sealed file that is open while its header, or all of it, is replaced.
///
/// Who wants to write holds its lock (`flock`) meanwhile, so that of two processes that are at work on it, from whatever folder, none undoes
/// what the other did.
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
        calls.unlock(descriptor)
        calls.close(descriptor)
    }

    /// - Parameter forWriting: whether the file is locked, and opened so that it can be written to if that is permitted.
    /// - Throws: `inputNotFound`, `inputUnreadable`; `inUse` when another process has the lock; `inputChanged` when it put another file in
    ///   the place of this one.
    static func open(_ file: LocatedFile, forWriting: Bool) throws(EnvelopeError) -> HeldFile {
        do throws(Errno) {
            guard forWriting else {
                let (descriptor, status) = try file.open(O_RDONLY)
                return HeldFile(file, descriptor, status, isWritable: false)
            }
            let (descriptor, isWritable) = try openForWriting(file)
            do throws(Errno) {
                return HeldFile(file, descriptor, try lock(descriptor, of: file), isWritable: isWritable)
            } catch {
                file.folder.calls.unlock(descriptor)
                file.folder.calls.close(descriptor)
                throw error
            }
        } catch {
            switch error {
            case .wouldBlock:
                throw EnvelopeError(.inUse, "\(file.path): another process is at work on it: wait for that to end, and run it again")
            case .staleNFSFileHandle: throw changed(file)
            default: throw .reading(file.path.string, error)
            }
        }
    }

    private static func openForWriting(_ file: LocatedFile) throws(Errno) -> (FileDescriptor, isWritable: Bool) {
        do throws(Errno) {
            return (try file.open(O_RDWR).descriptor, true)
        } catch {
            guard [.permissionDenied, .notPermitted, .readOnlyFileSystem, .textFileBusy].contains(error) else { throw error }
            return (try file.open(O_RDONLY).descriptor, false)
        }
    }

    /// Takes the file's lock until the descriptor is closed.
    /// - Returns: the file's status from then on.
    /// - Throws: `wouldBlock` when another has it; `staleNFSFileHandle` when the name stands for another file by now.
    private static func lock(_ descriptor: FileDescriptor, of file: LocatedFile) throws(Errno) -> FileStatus {
        let calls = file.folder.calls
        do throws(Errno) {
            guard try calls.lock(descriptor) else { throw .wouldBlock }
        } catch {
            // Some file systems have no locks, or none for files that may only be read (NFS). `requireUnchanged` looks all the same.
            guard [.notSupported, .noFunction, .noLocks, .badFileDescriptor].contains(error) else { throw error }
        }
        let status = try calls.status(of: descriptor)
        guard try file.folder.status(of: file.name).isSameFile(as: status) else { throw .staleNFSFileHandle }
        return status
    }

    /// - Throws: `inputChanged` when the name stands for another file by now, or the file was written to, or does not begin with these bytes
    ///   any more.
    func requireUnchanged(_ header: [UInt8] = []) throws(EnvelopeError) {
        do throws(Errno) {
            let now = try file.folder.status(of: file.name)
            let front = try calls.readBytes(header.count, of: descriptor, at: 0)
            let isSame = now.isSameFile(as: status) && now.byteCount == status.byteCount && now.modificationTime == status.modificationTime
            guard isSame, front == header else { throw Errno.staleNFSFileHandle }
        } catch {
            guard error == .staleNFSFileHandle || error == .noSuchFileOrDirectory else { throw .reading(file.path.string, error) }
            throw Self.changed(file)
        }
    }

    private static func changed(_ file: LocatedFile) -> EnvelopeError {
        EnvelopeError(.inputChanged, "\(file.path): was changed by somebody else meanwhile, and was left alone: run it again")
    }
}
