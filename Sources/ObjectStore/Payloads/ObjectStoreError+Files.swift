import Envelope
import KeyStore
import SystemPackage

extension ObjectStoreError {
    /// What a file had to do with an error.
    enum FileCause: Sendable, Hashable {
        /// A write failed, or cannot be said to have reached the disk.
        case writing
        case reading
        /// A blob file is not there.
        case missingBlob
    }

    /// Whether the disk failed while something was written. Nobody can say what it holds then, so that nothing more is written.
    var isWriteFailure: Bool { code == .storageFailure && fileCause == .writing }

    /// Whether an object could not be read because its file is gone. That is no damage where the object was just deleted.
    var isMissingBlob: Bool { fileCause == .missingBlob }

    /// - Parameter objectName: Of the object whose file is gone, or of the file.
    static func missing(_ objectName: String) -> ObjectStoreError {
        ObjectStoreError(.damagedObject, "\(objectName): its payload is missing: there is no such file.", fileCause: .missingBlob)
    }

    static func damaged(_ objectName: String, _ what: String) -> ObjectStoreError {
        ObjectStoreError(.damagedObject, "\(objectName): \(what).")
    }

    static var cancelled: ObjectStoreError { ObjectStoreError(.cancelled) }

    /// - Parameter file: What was written.
    static func writing(_ file: String, _ errno: Errno) -> ObjectStoreError {
        switch errno {
        case .noSpace, .diskQuotaExceeded:
            ObjectStoreError(.noSpace, "\(file) cannot be written: the disk or the quota is full.", fileCause: .writing)
        case .readOnlyFileSystem, .permissionDenied, .notPermitted:
            ObjectStoreError(.storeReadOnly, "\(file) cannot be written: \(errno).", fileCause: .writing)
        case .tooManyOpenFiles, .tooManyOpenFilesInSystem, .noMemory:
            ObjectStoreError(.serviceUnavailable, "\(file) cannot be written: \(errno).", fileCause: .writing)
        default:
            ObjectStoreError(.storageFailure, "\(file) cannot be written: \(errno).", fileCause: .writing)
        }
    }

    /// - Parameter file: What was read.
    static func reading(_ file: String, _ errno: Errno) -> ObjectStoreError {
        switch errno {
        case .noSuchFileOrDirectory: missing(file)
        case .tooManyOpenFiles, .tooManyOpenFilesInSystem, .noMemory:
            ObjectStoreError(.serviceUnavailable, "\(file) cannot be read: \(errno).", fileCause: .reading)
        default: ObjectStoreError(.storageFailure, "\(file) cannot be read: \(errno).", fileCause: .reading)
        }
    }

    /// What writing a file that is to appear can end with.
    static func writing(_ file: String, _ error: EnvelopeError) -> ObjectStoreError {
        if let errno = error.errno { return writing(file, errno) }
        return ObjectStoreError(.storageFailure, "\(file) cannot be written: \(error).", fileCause: .writing)
    }

    /// What authenticating a payload can end with.
    static func verifying(_ objectName: String, _ error: EnvelopeError) -> ObjectStoreError {
        switch error.code {
        case .cancelled: cancelled
        case .truncated, .damagedPayload, .trailingData, .inputChanged: ObjectStoreError(.damagedObject, "\(error).")
        case .inputNotFound: missing(objectName)
        case .keyService: ObjectStoreError(.internalError, "\(error).")
        default:
            if let errno = error.errno {
                reading(objectName, errno)
            } else {
                ObjectStoreError(.storageFailure, "\(error).", fileCause: .reading)
            }
        }
    }

    /// What a cipher can end with that has nothing to do with the bytes.
    static func cipher(_ error: KeyStoreError) -> ObjectStoreError {
        ObjectStoreError(.internalError, "The payload could not be sealed or opened: \(error)")
    }
}

/// Calls, and says what failed as the error of a file that is written.
func writing<R: ~Copyable>(_ file: @autoclosure () -> String, _ call: () throws(Errno) -> R) throws(ObjectStoreError) -> R {
    do throws(Errno) {
        return try call()
    } catch {
        throw .writing(file(), error)
    }
}

/// Calls, and says what failed as the error of a file that is read.
func reading<R: ~Copyable>(_ file: @autoclosure () -> String, _ call: () throws(Errno) -> R) throws(ObjectStoreError) -> R {
    do throws(Errno) {
        return try call()
    } catch {
        throw .reading(file(), error)
    }
}
