import OpenSSL
import SystemPackage

/// A file of a bag that has to be read, and what its manifests say about it.
struct BagJob: Sendable {
    struct Expectation: Sendable {
        /// The manifest's name.
        let manifest: String
        let algorithm: DigestAlgorithm
        let digest: [UInt8]
    }

    enum Outcome: Sendable {
        case read(digests: [DigestAlgorithm: [UInt8]], byteCount: UInt64)
        case unreadable(Errno)
        /// Somebody wrote to it each time it was read.
        case changed
    }

    let path: EntryPath
    let byteCount: UInt64
    var expectations: [Expectation] = []

    /// Reads the file once.
    func read(in folder: BagFolder, _ content: BagContent) throws(IntegrityError) -> Outcome {
        let wanted = Set(expectations.map(\.algorithm))
        let algorithms = DigestAlgorithm.allCases.filter(wanted.contains)
        do throws(BagContent.Failure) {
            let file = try open(in: folder)
            let (digests, byteCount) = try content.read(file.descriptor, expecting: self.byteCount, algorithms)
            return .read(digests: Dictionary(uniqueKeysWithValues: zip(algorithms, digests)), byteCount: byteCount)
        } catch {
            switch error {
            case .reading(let error), .writing(let error): return .unreadable(error)
            case .changed: return .changed
            case .other(let error): throw error
            }
        }
    }

    private func open(in folder: BagFolder) throws(BagContent.Failure) -> OpenBagFile {
        do throws(Errno) { return try folder.open(path) } catch { throw .reading(error) }
    }
}
