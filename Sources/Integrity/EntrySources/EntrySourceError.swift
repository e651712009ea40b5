public import SystemPackage

/// Why a source does not give what it was asked for.
public enum EntrySourceError: Error, Sendable {
    /// It was listed, and is not there any more.
    case gone
    /// This content cannot be read, and why, in a sentence for people.
    case unreadable(Errno, String)
    /// Nothing can be said of this content or any other.
    case failed(IntegrityError)
}

extension EntrySourceError {
    /// Does something that is nobody's content's fault.
    static func failing<Value: ~Copyable>(_ body: () throws(IntegrityError) -> Value) throws(EntrySourceError) -> Value {
        do throws(IntegrityError) {
            return try body()
        } catch {
            throw .failed(error)
        }
    }
}
