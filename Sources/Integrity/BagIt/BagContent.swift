internal import CIntegrityShims
import Envelope
import OpenSSL
import SystemPackage

/// Reads a file once, for all digests that are wanted of it.
struct BagContent {
    enum Failure: Error {
        case reading(Errno)
        case writing(Errno)
        /// Somebody writes to the file as fast as it is read.
        case changed
        case other(IntegrityError)
    }

    private static let chunkByteCount = 1 << 18

    let calls: any FileCalls
    /// Told of each piece that was read; throws to stop.
    let didRead: (_ byteCount: Int) throws(IntegrityError) -> Void

    /// Reads a file until nobody changes it meanwhile, or often enough: digests of a mixture of two contents say nothing of either.
    /// - Parameter target: where a copy goes.
    /// - Returns: the digests in the order of the algorithms, and how many bytes there were.
    func read(
        _ file: FileDescriptor, expecting size: UInt64, _ algorithms: [DigestAlgorithm], copyingTo target: FileDescriptor? = nil
    ) throws(Failure) -> (digests: [[UInt8]], byteCount: UInt64) {
        var before = try status(of: file)
        for _ in 0...EntryStatus.maximumRereadCount {
            let reading = try readOnce(file, before, expecting: size, algorithms, copyingTo: target)
            let after = try status(of: file)
            if let reading, before.isUntouched(after) { return reading }
            before = after
            if let target { try empty(target) }
        }
        throw .changed
    }

    private func status(of file: FileDescriptor) throws(Failure) -> EntryStatus {
        do throws(Errno) { return try EntryStatus(of: file) } catch { throw .reading(error) }
    }

    private func isTouched(_ file: FileDescriptor, since before: EntryStatus) throws(IntegrityError) -> Bool {
        do throws(Errno) {
            return try !before.isUntouched(EntryStatus(of: file))
        } catch {
            throw IntegrityError(.unreadable, "cannot be read: \(error)", errno: error)
        }
    }

    private func empty(_ target: FileDescriptor) throws(Failure) {
        do throws(Errno) { try calls.truncate(target, to: 0) } catch { throw .writing(error) }
    }

    /// - Returns: nil for a file that grows, whose end might never come.
    private func readOnce(
        _ file: FileDescriptor, _ before: EntryStatus, expecting size: UInt64, _ algorithms: [DigestAlgorithm],
        copyingTo target: FileDescriptor?
    ) throws(Failure) -> (digests: [[UInt8]], byteCount: UInt64)? {
        var buffer = [UInt8](repeating: 0, count: Int(min(size + 1, UInt64(Self.chunkByteCount))))
        var position: UInt64 = 0
        do throws(IntegrityError) {
            let digests = try algorithms.map { algorithm throws(IntegrityError) in try OpenDigest(algorithm) }
            while true {
                let count = try fill(&buffer, file, position)
                if count == 0 { break }
                for digest in digests { try digest.update(buffer.bytes.extracting(0..<count)) }
                if let target { try write(buffer, count, to: target, position) }
                position += UInt64(count)
                try didRead(count)
                if position > before.byte_count, try isTouched(file, since: before) { return nil }
            }
            return (try digests.map { digest throws(IntegrityError) in try digest.finish() }, position)
        } catch let error where error.code == .unreadable {
            throw .reading(error.errno ?? .ioError)
        } catch let error where error.code == .unwritable {
            throw .writing(error.errno ?? .ioError)
        } catch {
            throw .other(error)
        }
    }

    private func fill(_ buffer: inout [UInt8], _ file: FileDescriptor, _ position: UInt64) throws(IntegrityError) -> Int {
        let outcome: Result<Int, Errno> = unsafe buffer.withUnsafeMutableBytes { buffer in
            SystemFileCalls.repeating { () throws(Errno) in try unsafe calls.read(file, into: buffer, at: position) }
        }
        switch outcome {
        case .success(let count): return count
        case .failure(let error): throw IntegrityError(.unreadable, "cannot be read: \(error)", errno: error)
        }
    }

    private func write(_ buffer: [UInt8], _ count: Int, to target: FileDescriptor, _ position: UInt64) throws(IntegrityError) {
        do throws(Errno) {
            try calls.writeBytes(count == buffer.count ? buffer : Array(buffer[..<count]), to: target, at: position)
        } catch {
            throw IntegrityError(.unwritable, "cannot be written: \(error)", errno: error)
        }
    }
}

/// A digest in an array, which cannot hold what may not be copied.
private final class OpenDigest {
    private var digest: Digest

    init(_ algorithm: DigestAlgorithm) throws(IntegrityError) {
        do throws(OpenSSLError) { digest = try Digest(algorithm) } catch { throw IntegrityError(error) }
    }

    func update(_ bytes: RawSpan) throws(IntegrityError) {
        do throws(OpenSSLError) { try digest.update(bytes) } catch { throw IntegrityError(error) }
    }

    func finish() throws(IntegrityError) -> [UInt8] {
        do throws(OpenSSLError) { return try digest.finalize() } catch { throw IntegrityError(error) }
    }
}
